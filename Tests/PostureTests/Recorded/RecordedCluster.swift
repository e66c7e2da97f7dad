import Foundation
@testable import Posture

/// The recorded objects of a cluster, as a collector would have told them.
enum RecordedCluster {
    static let folder = Oracle.folder

    /// The cluster with all that was put into it, good and bad.
    static func all() throws -> ClusterEvidence { try read { !$0.hasPrefix("default-") } }

    /// The roles and bindings of the cluster as it was made.
    static func fresh() throws -> ClusterEvidence { try read { $0.hasPrefix("default-") } }

    private static func read(where isMeant: (String) -> Bool) throws -> ClusterEvidence {
        var reader = ClusterReader()
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        // What was asked without credentials is no list of objects.
        for name in names where name.hasSuffix(".json") && name != "anonymous-probes.json" && isMeant(name) {
            let bytes = try Data(contentsOf: folder.appending(path: name))
            let kind = name.replacing("default-", with: "").replacing("-metadata", with: "")
            reader.read(Array(bytes), from: kind)
        }
        var cluster = reader.cluster
        cluster.probes = try RecordedProbe.read(folder.appending(path: "anonymous-probes.json"))
        return cluster
    }
}
