import Foundation
import Testing

extension DockerGuardLab {
    /// Request forms that mean harm, and some that only look like it, through the proxy under the strict profile.
    @Suite
    struct ProxyForms {
        @Test(.enabled(if: RecordedForms.isPresent, "needs the recorded request forms"))
        func `no recorded form gets past the proxy, and every harmless one passes`() throws {
            #expect(try objections(to: RecordedForms.load()).joined(separator: "\n") == "")
        }

        @Test
        func `none of the project's own forms gets past the proxy, and every harmless one passes`() throws {
            #expect(try objections(to: OwnForms.all).joined(separator: "\n") == "")
        }

        private func objections(to forms: [RequestForm]) throws -> [String] {
            let laboratory = try Laboratory.shared()
            let proxy = try Guard(in: laboratory, ["--profile", "strict", "--allow-bind", "/srv/lab"])
            let trial = try Trial(in: laboratory)
            var objections: [String] = []
            for form in forms {
                let outcome = try trial.send(form, to: proxy.socket)
                if let objection = objection(to: outcome, of: form) { objections.append(objection) }
            }
            if !proxy.isRunning { objections.append("the guard ended: \(proxy.errors)") }
            return objections
        }
    }
}
