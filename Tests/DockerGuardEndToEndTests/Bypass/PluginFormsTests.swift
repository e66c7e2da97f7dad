import Foundation
import Testing

extension DockerGuardLab {
    /// The same request forms, where the engine itself asks the guard as its AuthZ plugin.
    @Suite
    struct PluginForms {
        @Test(.enabled(if: RecordedForms.isPresent, "needs the recorded request forms"))
        func `no recorded form gets past the plugin but the ones that it is not asked about`() throws {
            let objections = try objections(to: RecordedForms.load())
            #expect(objections.filter { !Self.isKnown($0) }.joined(separator: "\n") == "")
        }

        @Test
        func `none of the project's own forms gets past the plugin`() throws {
            let objections = try objections(to: OwnForms.all)
            #expect(objections.filter { !Self.isKnown($0) }.joined(separator: "\n") == "")
        }

        /// Harmless forms that it refuses, where the proxy does not, since no plugin can be sure of them.
        ///
        /// It is not shown the archive that goes into a container, and of two content types it is shown the last one,
        /// while the engine goes by the first: what says that it is an archive may be a form with another target.
        /// It cannot leave out a key that it does not know, either.
        private static let unsure: Set<String> = [
            "archive-put-plain", "archive-put-nobody-type", "json-networkingconfig-decoy", "own-harmless-unknown",
        ]

        private static func isKnown(_ objection: String) -> Bool {
            unsure.contains(String(objection.prefix { $0 != ":" }))
        }

        private func objections(to forms: [RequestForm]) throws -> [String] {
            let laboratory = try Laboratory.shared()
            let plugin = try Guard(in: laboratory, named: "plugin", ["--plugin", "--allow-bind", "/srv/lab"])
            let trial = try Trial(in: laboratory)
            defer { try? laboratory.ask(plugins: []) }
            var objections: [String] = []
            for form in forms {
                let outcome = try trial.send(form, to: laboratory.socket) { isOn in
                    try laboratory.ask(plugins: isOn ? ["tidewaiter"] : [])
                }
                if let objection = objection(to: outcome, of: form) { objections.append(objection) }
            }
            if !plugin.isRunning { objections.append("the plugin ended: \(plugin.errors)") }
            return objections
        }
    }

    /// An engine whose plugin is gone.
    @Suite
    struct PluginFailure {
        @Test
        func `an engine whose plugin was killed refuses to deploy, and deploys again when the plugin is back`() throws {
            let laboratory = try Laboratory.shared()
            let plugin = try Guard(in: laboratory, named: "plugin", ["--plugin"])
            defer { try? laboratory.ask(plugins: []) }
            try laboratory.ask(plugins: ["tidewaiter"])
            try plugin.stop()
            let body: [String: Any] = ["Image": "busybox:latest", "Cmd": ["true"]]
            let reply = try laboratory.engine.post("/containers/create?name=tw-unguarded", body)
            #expect((400...599).contains(reply.status))
            try plugin.start()
            let created = try laboratory.engine.post("/containers/create?name=tw-guarded", body)
            #expect(created.status == 201)
            try laboratory.ask(plugins: [])
            #expect(try laboratory.engine.container("tw-unguarded") == nil)
            try laboratory.engine.removeContainer("tw-guarded")
        }
    }
}
