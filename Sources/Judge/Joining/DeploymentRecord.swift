package import Deployments
internal import Foundation

/// A deployment as the ledger keeps it: what is known of it, and what is needed to join other records to it.
///
/// Written as JSON with its keys in order, so that the same record has the same bytes.
package struct DeploymentRecord: Sendable, Equatable {
    /// All that is known of the deployment.
    package var deployment: ContainerDeployment
    /// What names its first record in findings' ids.
    package var identity: [String]
    /// How well it is known who asked.
    var standing: Standing
    /// The records that spoke of it, the first one first.
    var witnesses: [Witness]
    /// By what other records are known to speak of it.
    package var keys: [String]
    /// What a guard decided of it, where one was asked.
    package var decision: GuardDecision?

    /// Why bytes are no record.
    package struct Malformed: Error, Sendable, Equatable, CustomStringConvertible {
        /// What is wrong.
        package var description: String
    }

    /// The version of the written form.
    package static let formatVersion = 1
    /// No deployment is as large: a request that is read has 16 MiB at most, and is written with some more.
    static let maximumBytes = 64 << 20
    /// Records of one deployment that are told apart; more of them are of its trail alone.
    static let maximumWitnesses = 16
    /// Keys of one deployment; each of its records brings a few.
    static let maximumKeys = 64

    /// That of a record which is the first of its deployment.
    package init(first deployment: ContainerDeployment) {
        let witness = Witness(deployment)
        self.init(deployment, witness, keys: JoinKeys(of: deployment, record: witness.keys).all)
    }

    init(_ deployment: ContainerDeployment, _ witness: Witness, keys: [String]) {
        self.deployment = deployment
        identity = RecordIdentity.parts(of: deployment)
        standing = Standing(of: deployment)
        witnesses = [witness]
        self.keys = keys
    }

    /// The bytes that the ledger keeps.
    package func encoded() -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Texts, whole numbers and lists of them: nothing that cannot be written.
        guard let data = try? encoder.encode(self) else { return [] }
        return Array(data)
    }

    /// Reads what ``encoded()`` wrote.
    ///
    /// - Throws: ``Malformed`` for anything else; it does not repeat what the bytes hold.
    package init(decoding bytes: [UInt8]) throws(Malformed) {
        guard bytes.count <= Self.maximumBytes else {
            throw Malformed(description: "the record is larger than \(Self.maximumBytes) bytes")
        }
        do {
            self = try JSONDecoder().decode(DeploymentRecord.self, from: Data(bytes))
        } catch DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty {
            throw Malformed(description: "the record's \(Self.path(context)) has a value that is not known")
        } catch DecodingError.keyNotFound(let key, let context) {
            let path = Self.path(context)
            throw Malformed(description: "the record has no \(path.isEmpty ? "" : path + ".")\(key.stringValue)")
        } catch DecodingError.typeMismatch(_, let context) {
            throw Malformed(description: "the record's \(Self.path(context)) is of another type")
        } catch {
            throw Malformed(description: "the record is no JSON of its form")
        }
    }

    private static func path(_ context: DecodingError.Context) -> String {
        context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
    }
}

extension DeploymentRecord: Codable {
    private enum CodingKeys: String, CodingKey {
        case version = "v"
        case deployment, identity, keys, standing, witnesses, decision
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        guard try values.decode(Int.self, forKey: .version) == Self.formatVersion else {
            throw DecodingError.dataCorruptedError(forKey: .version, in: values, debugDescription: "another version")
        }
        deployment = try values.decode(ContainerDeployment.self, forKey: .deployment)
        identity = try values.decode([String].self, forKey: .identity)
        keys = try values.decode([String].self, forKey: .keys)
        standing = try values.decode(Standing.self, forKey: .standing)
        witnesses = try values.decode([Witness].self, forKey: .witnesses)
        decision = try values.decodeIfPresent(GuardDecision.self, forKey: .decision)
        guard (1...Self.maximumWitnesses).contains(witnesses.count) else {
            throw DecodingError.dataCorruptedError(
                forKey: .witnesses,
                in: values,
                debugDescription: "none, or too many"
            )
        }
        guard keys.count <= Self.maximumKeys else {
            throw DecodingError.dataCorruptedError(forKey: .keys, in: values, debugDescription: "too many")
        }
        // The id of a record is made of its first parts.
        guard identity.count >= 3 else {
            throw DecodingError.dataCorruptedError(forKey: .identity, in: values, debugDescription: "too short")
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(Self.formatVersion, forKey: .version)
        try values.encode(deployment, forKey: .deployment)
        try values.encode(identity, forKey: .identity)
        try values.encode(keys, forKey: .keys)
        try values.encode(standing, forKey: .standing)
        try values.encode(witnesses, forKey: .witnesses)
        try values.encodeIfPresent(decision, forKey: .decision)
    }
}
