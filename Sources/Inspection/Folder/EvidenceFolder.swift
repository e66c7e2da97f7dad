internal import Foundation
package import Posture

/// A folder of evidence: `host.json`, and `cluster/` with the lists of a cluster's objects.
///
/// The lists are what `kubectl get -o json` writes, so that a folder can be made without this program, too: every file in
/// `cluster/` that is JSON or YAML is read.
package struct EvidenceFolder: Sendable {
    private let path: String

    private static let hostFile = "host.json"
    private static let clusterFolder = "cluster"
    private static let probesFile = "probes.json"
    private static let providerFile = "provider.json"
    private static let maximumBytes = 1 << 30

    /// Why a folder cannot be read or written.
    package struct Failure: Error, CustomStringConvertible {
        package var description: String
    }

    package init(_ path: String) { self.path = path }

    /// Reads what is in it; what cannot be read is unknown to the checks, with the reason.
    ///
    /// - Throws: ``Failure`` where it holds no evidence at all.
    package func read() throws -> Evidence {
        var evidence = Evidence()
        let files = FileManager.default
        guard (try? files.contentsOfDirectory(atPath: path)) != nil else {
            throw Failure(
                description: "\(path): it is no folder that can be read; make one with 'tidewaiter audit collect'"
            )
        }
        let host = "\(path)/\(Self.hostFile)"
        let cluster = "\(path)/\(Self.clusterFolder)"
        let hasHost = files.fileExists(atPath: host)
        let hasCluster = files.fileExists(atPath: cluster)
        guard hasHost || hasCluster else {
            throw Failure(
                description: "\(path): it holds neither \(Self.hostFile) nor \(Self.clusterFolder)/; "
                    + "make such a folder with 'tidewaiter audit collect'"
            )
        }
        if hasHost { evidence.host = readHost(host) }
        if hasCluster { evidence.cluster = readCluster(cluster) }
        return evidence
    }

    private func readHost(_ file: String) -> Reading<HostEvidence> {
        do {
            let bytes = try SmallFile.read(file, limit: Self.maximumBytes)
            return .known(try JSONDecoder().decode(HostEvidence.self, from: Data(bytes)))
        } catch let error as DecodingError {
            return .unreadable("\(file): \(Self.words(error))")
        } catch {
            return .unreadable("\(file): \(error)")
        }
    }

    private static func words(_ error: DecodingError) -> String {
        let (context, what): (DecodingError.Context, String) =
            switch error {
            case .dataCorrupted(let context): (context, "it is no evidence")
            case .keyNotFound(let key, let context): (context, "there is no '\(key.stringValue)'")
            case .typeMismatch(_, let context): (context, "this is no value of its kind")
            case .valueNotFound(_, let context): (context, "there is no value")
            @unknown default: (.init(codingPath: [], debugDescription: ""), "it cannot be read")
            }
        let place = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined()
        return place.isEmpty ? what : "\(place.dropFirst(place.hasPrefix(".") ? 1 : 0)): \(what)"
    }

    private func readCluster(_ folder: String) -> Reading<ClusterEvidence> {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            return .unreadable("\(folder) cannot be listed")
        }
        var reader = ClusterReader()
        var probes: [Probe] = []
        var provider: Reading<ProviderEndpoint> = .absent
        for name in names.sorted() {
            let file = "\(folder)/\(name)"
            guard [".json", ".yaml", ".yml"].contains(where: name.hasSuffix) else { continue }
            do throws(SmallFile.Failure) {
                let bytes = try SmallFile.read(file, limit: Self.maximumBytes)
                if name == Self.probesFile {
                    probes = (try? JSONDecoder().decode([Probe].self, from: Data(bytes))) ?? []
                } else if name == Self.providerFile {
                    provider = ProviderFile.endpoint(bytes, file: file)
                } else {
                    reader.read(bytes, from: name)
                }
            } catch {
                reader.miss(file: name, error.description)
            }
        }
        var cluster = reader.cluster(of: folder)
        cluster.probes = probes
        cluster.provider = provider
        return .known(cluster)
    }

    /// Writes evidence into the folder, which is made, for its owner alone.
    ///
    /// - Returns: the files that were written.
    /// - Throws: ``Failure`` where something is in the way: nothing is written over.
    package func write(_ evidence: Evidence) throws -> [String] {
        let files = FileManager.default
        if let names = try? files.contentsOfDirectory(atPath: path), !names.isEmpty {
            throw Failure(description: "\(path): it is not empty; name a new folder")
        }
        do {
            try files.createDirectory(
                atPath: path,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw Failure(description: "\(path) cannot be made: \(error.localizedDescription)")
        }
        var written: [String] = []
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        if let host = evidence.host.value { try write(encoder.encode(host), Self.hostFile, &written) }
        if let cluster = evidence.cluster.value {
            try files.createDirectory(atPath: "\(path)/\(Self.clusterFolder)", withIntermediateDirectories: false)
            for kind in ClusterKind.all {
                guard case .known(let objects) = cluster.objects(kind.kind) else { continue }
                let list: Document = [
                    "apiVersion": .text(kind.apiVersion), "kind": .text("\(kind.kind)List"),
                    "items": .list(objects.filter(kind.isKind).map(\.document)),
                ]
                try write(Data(list.json.utf8), "\(Self.clusterFolder)/\(kind.file).json", &written)
            }
            if !cluster.probes.isEmpty {
                try write(encoder.encode(cluster.probes), "\(Self.clusterFolder)/\(Self.probesFile)", &written)
            }
        }
        return written
    }

    private func write(_ data: Data, _ name: String, _ written: inout [String]) throws {
        let file = "\(path)/\(name)"
        guard FileManager.default.createFile(atPath: file, contents: data, attributes: [.posixPermissions: 0o600])
        else {
            throw Failure(description: "\(file) cannot be written")
        }
        written.append(name)
    }
}
