import Foundation

/// The forms that were tried on a real engine and stand beside the project.
enum RecordedForms {
    static let file = Laboratory.project.deletingLastPathComponent().appending(path: "shared/data/docker/bypass.jsonl")

    static var isPresent: Bool { FileManager.default.fileExists(atPath: file.path) }

    /// All of them, in an order in which swarms are made and left once.
    static func load() throws -> [RequestForm] {
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        let forms = try lines.map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            guard let form = RequestForm(recorded: object ?? [:]) else {
                throw LaboratoryError("unread: \(line.prefix(80))")
            }
            return restored(form)
        }
        return forms.filter { !$0.fixtures.contains("swarm") } + forms.filter { $0.fixtures.contains("swarm") }
    }

    /// The bind sources of a few forms, which the recording wrote all alike.
    ///
    /// Every path of the recording's own laboratory became `/srv/lab` in it: with the allowed directory also what lay
    /// outside. These say in words where they lead.
    private static let sources = [
        "mount-dotdot-allowed": "/srv/lab/..",
        "mount-symlink-allowed": "/srv/lab/link",
        "mount-m-bind-symlink": "/srv/lab/link",
        "mount-own-docker-sock": "/var/run/docker",
        "mount-docker-data": "/var/lib/docker",
    ]

    private static func restored(_ form: RequestForm) -> RequestForm {
        guard let source = sources[form.id], let body = form.body else { return form }
        var form = form
        let text = String(decoding: body, as: UTF8.self)
        form.body = Array(
            text.replacingOccurrences(of: "\"/srv/lab\"", with: "\"\(source)\"")
                .replacingOccurrences(of: "\"/srv/lab:", with: "\"\(source):").utf8
        )
        return form
    }
}
