#if Guard
    internal import ArgumentParser
    internal import JSON
    internal import KubernetesAPI

    /// Where a policy stands.
    enum PolicyPlace: Sendable, Equatable {
        case file(String)
        /// A ConfigMap, whose key `policy.yml` it is.
        case configMap(NamespacedName)

        /// - Throws: for what begins like a ConfigMap and names none.
        init(parsing text: String) throws(CommandError) {
            let prefix = "configmap:"
            guard text.hasPrefix(prefix) else {
                self = .file(text)
                return
            }
            do throws(APIError) {
                self = .configMap(try NamespacedName(parsing: String(text.dropFirst(prefix.count))))
            } catch {
                throw CommandError("--policy: \(error), such as configmap:security/tidewaiter-policy")
            }
        }
    }

    /// A policy and the files of rules beside it, as a ConfigMap holds them by their keys.
    struct PolicyFiles: Sendable, Equatable {
        /// `configmap:NAMESPACE/NAME`.
        let place: String
        private let texts: [String: String]

        static let policyKey = "policy.yml"

        init(_ name: NamespacedName, _ texts: [String: String]) {
            place = "configmap:\(name)"
            self.texts = texts
        }

        /// Asks the API server for it.
        init(_ name: NamespacedName, from client: APIClient) async throws(CommandError) {
            do throws(APIError) {
                let object = try await client.get(name.name, of: .configMaps(in: name.namespace))
                self.init(name, try object.read { Self.texts(of: $0) })
            } catch {
                throw CommandError("--policy: \(error)")
            }
        }

        /// The texts of a ConfigMap; its bytes (`binaryData`) are none.
        static func texts(of object: JSONValue) -> [String: String] {
            guard let data = object["data"] else { return [:] }
            return Dictionary(data.members.map { (String($0.key), $0.value.string ?? "") }) { $1 }
        }

        /// The policy, and how its mistakes are to name it.
        func policy() throws(CommandError) -> (text: String, file: String) { try file(Self.policyKey) }

        /// A file that the policy names.
        func file(_ key: String) throws(CommandError) -> (text: String, file: String) {
            guard let text = texts[key] else {
                let keys = texts.isEmpty ? "it has none" : "it has \(texts.keys.sorted().joined(separator: ", "))"
                throw CommandError("\(place): there is no key '\(key)'; \(keys)")
            }
            return (text, "\(place)/\(key)")
        }
    }
#endif
