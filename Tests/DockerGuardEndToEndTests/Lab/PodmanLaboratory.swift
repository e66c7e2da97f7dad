import Foundation
import Synchronization

/// Podman's service in a laboratory's namespaces, with an image in it, and its own remote client.
final class PodmanLaboratory: Sendable {
    static var isPossible: Bool {
        Laboratory.isPossible
            && ["/usr/bin/podman", "/usr/bin/catatonit"].allSatisfy(FileManager.default.isExecutableFile)
    }

    /// The one that all tests share.
    static func shared() throws -> PodmanLaboratory {
        try only.withLock { existing in
            if let existing { return existing }
            let new = try PodmanLaboratory()
            existing = new
            return new
        }
    }

    private static let only = Mutex<PodmanLaboratory?>(nil)

    let laboratory: Laboratory
    private let service: Running
    var socket: String { "\(laboratory.directory)/podman.sock" }
    var engine: Engine { Engine(socket: socket) }

    private init() throws {
        laboratory = try .shared()
        service = try Running([Laboratory.tool, "podman", laboratory.directory])
        let socket = "\(laboratory.directory)/podman.sock"
        guard eventually(within: 30, { (try? Engine(socket: socket).get("/_ping").status) == 200 }) else {
            throw LaboratoryError("podman did not start: \(service.errors)")
        }
        // Of Docker's image, for which the laboratory has made an archive.
        let script =
            "$PODMAN import --change 'CMD [\"sh\"]' '\(laboratory.directory)/busybox.tar' docker.io/library/busybox"
        let made = try self.script(script, at: socket)
        guard made.status == 0 else { throw LaboratoryError("busybox was not imported: \(made.errors)") }
    }

    /// Runs a script that calls `$PODMAN`, outside the namespaces, as a client of the socket.
    func script(_ script: String, at socket: String) throws -> Finished {
        try run(["sh", "-c", script], environment: ["PODMAN": "podman --remote --url unix://\(socket)"], within: 120)
    }

    /// The names of every container that is there.
    func containers() throws -> Set<String> {
        let list = try engine.get("/v4.0.0/libpod/containers/json?all=true").array
        return Set(list.flatMap { $0["Names"] as? [String] ?? [] })
    }
}
