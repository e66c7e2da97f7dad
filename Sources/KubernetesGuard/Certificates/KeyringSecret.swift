package import Authority
internal import Foundation
internal import JSON
package import KubernetesAPI

/// A Secret that the replicas of a webhook share a keyring by.
///
/// Only the keyring's own keys of it are changed. Who read it before another changed it comes too late: the API server
/// refuses a change that names an old `resourceVersion`.
package struct KeyringSecret: KeyringStore {
    /// A state of the Secret.
    package struct Version: Sendable {
        let resourceVersion: String
        /// The keys that have a value, which has to be removed where the keyring has none.
        let keys: Set<String>
    }

    private let client: APIClient
    private let name: NamespacedName

    package init(_ name: NamespacedName, client: APIClient) {
        self.client = client
        self.name = name
    }

    package var place: String { "Secret \(name)" }

    private var secrets: Resource { .secrets(in: name.namespace) }

    package func load() async throws(KeyringProblem) -> (values: [String: [UInt8]], version: Version)? {
        let object: APIObject
        do throws(APIError) {
            object = try await client.get(name.name, of: secrets)
        } catch {
            guard error.code == .notFound else { throw problem("cannot be read", error, verb: "get") }
            return nil
        }
        do throws(APIError) {
            guard let read = try object.read(Self.read) else { throw APIError(.malformed, "it is no Secret") }
            return read
        } catch {
            throw problem("cannot be read", error, verb: "get")
        }
    }

    package func store(
        _ values: [String: [UInt8]],
        replacing version: Version?
    ) async throws(KeyringProblem) -> Bool {
        do throws(APIError) {
            if let version {
                _ = try await client.patch(name.name, of: secrets, with: .merge(change(to: values, of: version)))
            } else {
                _ = try await client.create(new(values), in: secrets)
            }
            return true
        } catch {
            switch error.code {
            // Somebody else made it, changed it, or removed it.
            case .conflict, .alreadyExists: return false
            case .notFound where version != nil: return false
            default: throw problem("cannot be written", error, verb: version == nil ? "create" : "patch")
            }
        }
    }

    /// - Returns: nil for what is no Secret.
    private static func read(_ secret: JSONValue) -> (values: [String: [UInt8]], version: Version)? {
        guard let resourceVersion = secret["metadata"]?["resourceVersion"]?.string else { return nil }
        var values: [String: [UInt8]] = [:]
        if let data = secret["data"], !data.isNull {
            guard data.isObject else { return nil }
            for (key, value) in data.members {
                guard let text = value.string, let bytes = Data(base64Encoded: text) else { return nil }
                values[String(key)] = Array(bytes)
            }
        }
        return (values, Version(resourceVersion: resourceVersion, keys: Set(values.keys)))
    }

    // MARK: Texts

    /// A Secret of the kind that other tools, too, expect a certificate in.
    private func new(_ values: [String: [UInt8]]) -> String {
        """
        {"apiVersion":"v1","kind":"Secret","metadata":{"name":\(JSONValue.quote(name.name)),\
        "namespace":\(JSONValue.quote(name.namespace)),"labels":{"app.kubernetes.io/managed-by":"tidewaiter"}},\
        "type":"kubernetes.io/tls","data":\(Self.data(values, without: []))}
        """
    }

    /// A merge patch (RFC 7396), in which null removes a key.
    private func change(to values: [String: [UInt8]], of version: Version) -> String {
        let gone = Keyring.Key.allCases.map(\.rawValue).filter { version.keys.contains($0) && values[$0] == nil }
        return """
            {"metadata":{"resourceVersion":\(JSONValue.quote(version.resourceVersion))},\
            "data":\(Self.data(values, without: gone))}
            """
    }

    private static func data(_ values: [String: [UInt8]], without gone: [String]) -> String {
        let members = values.sorted { $0.key < $1.key }.map { key, value in
            "\(JSONValue.quote(key)):\"\(Data(value).base64EncodedString())\""
        }
        return "{" + (members + gone.map { "\(JSONValue.quote($0)):null" }).joined(separator: ",") + "}"
    }

    private func problem(_ what: String, _ error: APIError, verb: String) -> KeyringProblem {
        KeyringProblem("\(place) \(what): \(error)\(error.hint(verb, "secrets"))")
    }
}

extension APIError {
    /// What to do about a right that is missing.
    func hint(_ verb: String, _ resource: String) -> String {
        code == .forbidden ? "; give this service account a role with the verb '\(verb)' on '\(resource)'" : ""
    }
}
