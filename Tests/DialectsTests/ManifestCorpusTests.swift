import Deployments
import Dialects
import Foundation
import Testing

/// Reads manifests whose containers are known.
@Suite(.enabled(if: SharedData.isPresent, "needs the recorded corpora beside the project"))
struct ManifestCorpusTests {
    typealias Object = [String: Any]

    @Test func `every container of a custom resource is found by shape, with its fields`() throws {
        var wanted: [String] = []
        var found: [String] = []
        for expected in try SharedData.objects("kubernetes/crd-manifests/expected.jsonl") {
            let file = try #require(expected["file"] as? String)
            for container in expected["containers"] as? [Object] ?? [] {
                let strings = { (name: String) in container[name] as? [String] ?? [] }
                let texts = { (name: String) in (container[name] as? String).map { [$0] } ?? [] }
                let script = texts("script").flatMap { ["sh", "-c", $0] }
                let args = strings("command") + script + strings("args") + texts("source")
                wanted.append(
                    "\(file) \(container["name"] as? String ?? "-") \(container["image"] as? String ?? "-") "
                        + "\(container["privileged"] as? Bool ?? false) \(args)"
                )
            }
            let reading = readings(
                of: KubernetesManifestDialect(),
                [try SharedData.text("kubernetes/crd-manifests/\(file)")]
            )
            #expect(reading.problems == [], "\(file)")
            for one in reading.deployments {
                #expect(one.placement.resourceType == (expected["kind"] as? String)?.lowercased())
                found.append(
                    "\(file) \(one.container.name ?? "-") \(one.container.imageText ?? "-") "
                        + "\(one.security.privileged ?? false) \(one.process.args)"
                )
            }
        }
        #expect(KubernetesCorpusTests.difference(wanted, found) == [])
        #expect(KubernetesCorpusTests.difference(found, wanted) == [])
        #expect(found.count == 49)
    }

    @Test func `what stands beside a task holds for its containers`() throws {
        let text = try SharedData.text("kubernetes/crd-manifests/tekton-pipelinerun.yaml")
        let found = readings(of: KubernetesManifestDialect(), [text]).deployments
        #expect(found.map(\.host.namespaces) == [[.network], [.network]])
    }

    @Test func `all manifests in one stream, with Windows line ends and in a list are read alike`() throws {
        let files = try SharedData.objects("kubernetes/crd-manifests/expected.jsonl").compactMap {
            $0["file"] as? String
        }
        let texts = try files.map { try SharedData.text("kubernetes/crd-manifests/\($0)") }
        let lines = { (reading: Reading) in
            reading.deployments.map { "\($0.container.name ?? "-") \($0.container.imageText ?? "-")" }
        }
        let alone = lines(readings(of: KubernetesManifestDialect(), texts))
        let joined = texts.map { $0.hasPrefix("---") ? $0 : "---\n" + $0 }.joined(separator: "\n")
        #expect(lines(readings(of: KubernetesManifestDialect(), [joined])) == alone)
        let windows = "\u{FEFF}" + joined.replacing("\n", with: "\r\n")
        #expect(lines(readings(of: KubernetesManifestDialect(), [windows])) == alone)
        let indented = texts.map { text in
            let body = text.split(separator: "\n", omittingEmptySubsequences: false).drop { $0.hasPrefix("---") }
            return "-\n" + body.map { "  \($0)" }.joined(separator: "\n")
        }
        let list = "apiVersion: v1\nkind: List\nitems:\n" + indented.joined(separator: "\n")
        #expect(lines(readings(of: KubernetesManifestDialect(), [list])) == alone)
    }

    @Test func `Kubernetes' own Pod Security fixtures are read whole`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "tidewaiter-psa-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let tar = Process()
        tar.executableURL = URL(filePath: "/usr/bin/env")
        tar.arguments = [
            "tar", "-xzf", SharedData.root.appending(path: "kubernetes/psa/fixtures.tar.gz").path, "-C", folder.path,
        ]
        try tar.run()
        tar.waitUntilExit()
        #expect(tar.terminationStatus == 0)
        var dialect = KubernetesManifestDialect()
        var files = 0
        var containers = 0
        var wrong: [String] = []
        let walk = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
        for case let file as URL in walk where file.pathExtension == "yaml" {
            let text = try String(contentsOf: file, encoding: .utf8)
            files += 1
            let reading = readings(of: &dialect, [text])
            // The fixtures are written in one style: each container begins with its image.
            let images = text.split(separator: "\n").count {
                $0.drop { " -".contains($0) }.hasPrefix("image: registry.k8s.io/")
            }
            let isPrivileged = text.contains("privileged: true") || text.contains("hostProcess: true")
            if reading.deployments.count != images || !reading.problems.isEmpty
                || reading.deployments.contains(where: { $0.security.privileged == true }) != isPrivileged
                || reading.deployments.contains(where: { $0.defects != [] })
            {
                wrong.append("\(file.path) \(reading.deployments.count) of \(images) \(reading.problems)")
            }
            containers += reading.deployments.count
        }
        #expect(wrong.prefix(10) == [])
        #expect(files == 3266)
        #expect(containers == 6532)
    }
}
