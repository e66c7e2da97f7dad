internal import GRDB

/// The ECS fields that findings and deployments are asked for often: columns of their own, with indices.
enum IndexedField: String, CaseIterable {
    case userName = "user.name"
    case sourceIP = "source.ip"
    case namespace = "orchestrator.namespace"
    case image = "container.image.name"
    case containerID = "container.id"

    var column: String {
        switch self {
        case .userName: "user_name"
        case .sourceIP: "source_ip"
        case .namespace: "namespace"
        case .image: "image"
        case .containerID: "container_id"
        }
    }
}

/// A field's place in an ECS record as SQLite's JSON functions take it; https://www.sqlite.org/json1.html#path_arguments.
enum ECSPath {
    /// `$."container"."image"."name"`; nil where the name is none of a field.
    static func of(_ field: String) -> String? {
        let parts = field.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 16, parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(isOfName) }) else { return nil }
        return "$" + parts.map { ".\"\($0)\"" }.joined()
    }

    static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "@"),
            UInt8(ascii: "/"):
            true
        default: false
        }
    }
}
