internal import Dialects

extension PodSecurityControl {
    /// Only volumes of kinds that the cluster itself provides are allowed.
    static let restrictedVolumes = PodSecurityControl(
        id: "restrictedVolumes",
        level: .restricted,
        demand: "Every volume is a configMap, csi, downwardAPI, emptyDir, ephemeral, image, persistentVolumeClaim, "
            + "projected or secret.",
        remedy: "use one of those kinds of volume, such as a persistentVolumeClaim",
        revisions: [Revision(since: 0, check: checkRestrictedVolumes)],
        overrides: ["hostPathVolumes"]
    )

    private static let allowedSources: Set<String> = [
        "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim", "projected",
        "secret",
    ]

    /// In the order in which the API server looks for one, should a volume be several.
    private static let restrictedSources = [
        "hostPath", "gcePersistentDisk", "awsElasticBlockStore", "gitRepo", "nfs", "iscsi", "glusterfs", "rbd",
        "flexVolume", "cinder", "cephfs", "flocker", "fc", "azureFile", "vsphereVolume", "quobyte", "azureDisk",
        "photonPersistentDisk", "portworxVolume", "scaleIO", "storageos",
    ]

    @Sendable private static func checkRestrictedVolumes(_ pod: Pod) -> Objection? {
        let bad = pod.volumes.filter { $0.sources.allSatisfy { !allowedSources.contains($0) } }
        guard !bad.isEmpty else { return nil }
        let types = bad.map { volume in restrictedSources.first(where: volume.sources.contains) ?? "unknown" }
        let distinct = UpstreamText.sorted(types)
        let detail = [
            UpstreamText.plural("volume", "volumes", bad.count), UpstreamText.quoted(bad.map(\.name)),
            UpstreamText.plural("uses", "use", bad.count),
            UpstreamText.plural("restricted volume type", "restricted volume types", distinct.count),
            UpstreamText.quoted(distinct),
        ]
        let fields = zip(bad, types).map { volume, type in
            let source = type == "unknown" ? volume.sources.first : type
            return FieldPlace(source.map { "\(volume.path).\($0)" } ?? volume.path, "{…}")
        }
        return Objection("restricted volume types", detail.joined(separator: " "), at: fields)
    }
}
