import Foundation
import Testing

extension DockerGuardLab {
    /// What an engine makes of a body decides whether the guard was right about it.
    @Suite
    struct OddBodies {
        static let count = Int(ProcessInfo.processInfo.environment["TIDEWAITER_ODD_BODIES"] ?? "") ?? 200

        @Test
        func `whatever the engine makes dangerous was refused, and what passes is made as without a guard`() throws {
            let chosen = ProcessInfo.processInfo.environment["TIDEWAITER_SEED"].flatMap { UInt64($0) }
            let seed = chosen ?? UInt64.random(in: 0...UInt64.max)
            print("odd bodies: TIDEWAITER_SEED=\(seed)")
            let laboratory = try Laboratory.shared()
            let proxy = try Guard(in: laboratory, ["--allow-bind", "/srv/lab"])
            var bodies = OddBody(seed: seed)
            var objections: [String] = []
            var (dangerous, passed) = (0, 0)
            for _ in 0..<Self.count {
                let body = bodies.next()
                let bare = try create(body, at: laboratory.engine, on: laboratory.engine)
                let guarded = try create(body, at: proxy.engine, on: laboratory.engine)
                if !bare.dangers.isEmpty { dangerous += 1 }
                if guarded.made != nil { passed += 1 }
                if !bare.dangers.isEmpty, guarded.made != nil {
                    objections.append("passed with \(bare.dangers): \(body)")
                } else if let made = guarded.made, made != bare.made {
                    objections.append("made another container: \(body): \(differences(made, bare.made ?? [:]))")
                }
            }
            #expect(objections.joined(separator: "\n") == "", "TIDEWAITER_SEED=\(seed)")
            // Neither half of it may be empty.
            #expect(dangerous > Self.count / 10 && passed > Self.count / 20)
            #expect(proxy.isRunning)
        }

        /// What comes of a create: the settings of the container, if one is made, and which of them are dangerous.
        private func create(_ body: String, at api: Engine, on engine: Engine) throws -> (
            made: [String: String]?, dangers: [String]
        ) {
            let reply = try api.send("POST", "/v1.41/containers/create?name=tw-odd", body: Array(body.utf8))
            guard let container = try engine.container("tw-odd") else { return (nil, []) }
            defer { try? engine.removeContainer("tw-odd") }
            guard reply.status == 201 else { return (["answer": "\(reply.status)"], []) }
            let dangers = try Danger(engine: engine).settings(of: container)
            var configuration = container["Config"] as? [String: Any] ?? [:]
            // The name of the host is the container's number.
            configuration["Hostname"] = nil
            var made: [String: String] = [:]
            for (part, settings) in [("Config", configuration), ("HostConfig", container["HostConfig"] ?? [:])] {
                for (key, value) in settings as? [String: Any] ?? [:] {
                    let data = try JSONSerialization.data(withJSONObject: [value], options: [.sortedKeys])
                    made["\(part).\(key)"] = String(decoding: data, as: UTF8.self)
                }
            }
            // The default runtime, written or not.
            if made["HostConfig.Runtime"] == nil { made["HostConfig.Runtime"] = #"["runc"]"# }
            return (made, dangers)
        }

        private func differences(_ guarded: [String: String], _ bare: [String: String]) -> [String] {
            Set(guarded.keys).union(bare.keys).sorted().filter { guarded[$0] != bare[$0] }.map { key in
                "\(key) \(guarded[key] ?? "none"), without the guard \(bare[key] ?? "none")"
            }
        }
    }
}
