import Foundation
import Testing

extension DockerGuardLab {
    /// Without a guard: that the laboratory would see what a guard let through.
    @Suite
    struct BareEngine {
        @Test(.enabled(if: RecordedForms.isPresent, "needs the recorded request forms"))
        func `an engine without a guard honours what the recording says it honours`() throws {
            let laboratory = try Laboratory.shared()
            let version = try laboratory.engine.get("/version").object["Version"] as? String ?? ""
            let trial = try Trial(in: laboratory)
            var differences: [String] = []
            for form in try RecordedForms.load() where !Self.isSlow(form) {
                let outcome = try trial.send(form, to: laboratory.socket)
                // Another version may well answer otherwise; what it was recorded on must not.
                if version.hasPrefix("20.10."), !Self.agree(outcome.replies.map(\.status), form) {
                    differences.append("\(form.id): \(outcome.replies.map(\.status)), recorded \(form.statuses)")
                }
                let isMeant = form.verdict != .any && form.verdict != .allow
                if isMeant, let isHonoured = form.isHonoured, outcome.effects.isEmpty == isHonoured {
                    differences.append("\(form.id): recorded as honoured \(isHonoured), seen \(outcome.effects)")
                }
            }
            #expect(differences == [])
        }

        /// An engine looks 15 seconds for a driver that is not there.
        private static func isSlow(_ form: RequestForm) -> Bool {
            String(decoding: form.body ?? [], as: UTF8.self).contains("\"nosuch")
        }

        /// What a pull answers depends on how the registry says that it has no such image.
        private static func agree(_ statuses: [Int], _ form: RequestForm) -> Bool {
            form.statuses == statuses || (form.statuses == [404] && statuses == [500])
        }
    }
}
