import Foundation
import SigmaTesting

/// Peers' test data, which stands beside the checkout and is not part of it.
enum SharedData {
    static let vectors = root.appending(path: "detection/sigma-vectors")
    static let sigmaHQ = root.appending(path: "detection/sigma-rules/rules")

    /// Whether the data is here; suites that need it are skipped where it is not.
    static let isHere = FileManager.default.fileExists(atPath: vectors.path)

    private static let root: URL = {
        var folder = URL(filePath: #filePath)
        while folder.path != "/", !FileManager.default.fileExists(atPath: folder.appending(path: "Package.swift").path)
        {
            folder.deleteLastPathComponent()
        }
        return folder.deletingLastPathComponent().appending(path: "shared/data")
    }()

    static func read<Content: Decodable>(_ name: String, as type: [Content].Type) -> [Content] {
        guard let data = try? Data(contentsOf: vectors.appending(path: name)) else { return [] }
        do {
            return try JSONDecoder().decode(type, from: data)
        } catch {
            print("\(name) is not as expected: \(error)")
            return []
        }
    }
}

/// Any JSON value.
struct JSON: Decodable, Sendable {
    var value: FieldMap.Value

    init(from decoder: any Decoder) throws {
        if let members = try? decoder.container(keyedBy: Key.self) {
            var object: [String: FieldMap.Value] = [:]
            for key in members.allKeys { object[key.stringValue] = try members.decode(JSON.self, forKey: key).value }
            value = .object(object)
            return
        }
        if var elements = try? decoder.unkeyedContainer() {
            var list: [FieldMap.Value] = []
            while !elements.isAtEnd { list.append(try elements.decode(JSON.self).value) }
            value = .list(list)
            return
        }
        let single = try decoder.singleValueContainer()
        if single.decodeNil() {
            value = .null
        } else if let boolean = try? single.decode(Bool.self) {
            value = .boolean(boolean)
        } else if let integer = try? single.decode(Int64.self) {
            value = .integer(integer)
        } else if let number = try? single.decode(Double.self) {
            value = .number(number)
        } else {
            value = .text(try single.decode(String.self))
        }
    }

    var event: FieldMap {
        if case .object(let fields) = value { FieldMap(fields) } else { FieldMap([:]) }
    }

    private struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}
