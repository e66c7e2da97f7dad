package import Judge
internal import Sigma

/// Tells which ATT&CK techniques were seen, as a layer for the ATT&CK Navigator (layer format 4.5).
package struct NavigatorLayer {
    private var counts: [String: Int] = [:]
    private var titles: [String: [String]] = [:]

    package init() {}

    package mutating func add(_ finding: Finding) {
        for technique in finding.rule.techniques {
            counts[technique, default: 0] += 1
            if titles[technique, default: []].contains(finding.rule.title) == false {
                titles[technique, default: []].append(finding.rule.title)
            }
        }
    }

    /// The whole layer.
    package func text() -> [UInt8] {
        var writer = JSONWriter()
        writer.object { root in
            root.pair("name", "Tidewaiter findings")
            root.key("versions")
            root.object { versions in
                versions.pair("attack", "18")
                versions.pair("navigator", "5.2.0")
                versions.pair("layer", "4.5")
            }
            root.pair("domain", "enterprise-attack")
            root.pair("description", "Techniques in container deployments, scored by the number of findings")
            root.key("filters")
            root.object { $0.pair("platforms", ["Containers"]) }
            root.key("sorting")
            root.value(3)
            // Most container techniques are sub-techniques, which are folded away otherwise.
            root.key("layout")
            root.object { $0.pair("expandedSubtechniques", "annotated") }
            root.key("techniques")
            root.array { techniques in
                for (technique, count) in counts.sorted(by: { $0.key < $1.key }) {
                    techniques.object { object in
                        object.pair("techniqueID", technique)
                        object.key("score")
                        object.value(count)
                        object.pair("comment", (titles[technique] ?? []).sorted().joined(separator: "\n"))
                        object.key("enabled")
                        object.value(true)
                    }
                }
            }
            root.key("gradient")
            root.object { gradient in
                gradient.pair("colors", ["#ffffff", "#ffaf66", "#ff4d4d"])
                gradient.key("minValue")
                gradient.value(0)
                gradient.key("maxValue")
                gradient.value(max(1, counts.values.max() ?? 1))
            }
        }
        writer.newline()
        return writer.bytes
    }
}
