package import Deployments
package import Judge
internal import Sigma

/// Tells findings as SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/), for pipelines and code hosts.
package struct SARIFReport {
    private var findings: [Finding] = []
    private let version: String

    /// - Parameter version: the program's own version.
    package init(version: String) { self.version = version }

    package mutating func add(_ finding: Finding) { findings.append(finding) }

    /// The whole report.
    package func text() -> [UInt8] {
        var rules: [(key: String, finding: Finding)] = []
        var places: [String: Int] = [:]
        for finding in findings where places[finding.rule.key] == nil {
            places[finding.rule.key] = rules.count
            rules.append((finding.rule.key, finding))
        }
        var writer = JSONWriter()
        writer.object { root in
            root.pair("$schema", "https://json.schemastore.org/sarif-2.1.0.json")
            root.pair("version", "2.1.0")
            root.key("runs")
            root.array { runs in
                runs.object { run in
                    run.key("tool")
                    run.object { tool in
                        tool.key("driver")
                        tool.object { driver in
                            driver.pair("name", "Tidewaiter")
                            driver.pair("version", version)
                            driver.key("rules")
                            driver.array { list in for rule in rules { write(rule.finding, to: &list) } }
                        }
                    }
                    run.key("results")
                    run.array { results in
                        for finding in findings { write(finding, places[finding.rule.key] ?? 0, to: &results) }
                    }
                }
            }
        }
        writer.newline()
        return writer.bytes
    }

    private func write(_ finding: Finding, to writer: inout JSONWriter) {
        let rule = finding.rule
        writer.object { object in
            object.pair("id", rule.key)
            object.pair("name", rule.title)
            object.key("shortDescription")
            object.object { $0.pair("text", rule.title) }
            if let description = rule.description {
                object.key("fullDescription")
                object.object { $0.pair("text", description) }
            }
            object.key("help")
            object.object { $0.pair("text", "False positives: \(rule.falsepositives.joined(separator: "; "))") }
            object.pair("helpUri", rule.references.first)
            object.key("defaultConfiguration")
            object.object { $0.pair("level", Self.level(finding.level)) }
            object.key("properties")
            object.object { $0.pair("tags", rule.techniques + [finding.level]) }
        }
    }

    private func write(_ finding: Finding, _ index: Int, to writer: inout JSONWriter) {
        writer.object { object in
            object.pair("ruleId", finding.rule.key)
            object.key("ruleIndex")
            object.value(index)
            object.pair("level", Self.level(finding.level))
            object.key("message")
            object.object { $0.pair("text", Self.message(finding)) }
            if let place = finding.place {
                object.key("locations")
                object.array { locations in
                    locations.object { location in
                        location.key("physicalLocation")
                        location.object { physical in
                            physical.key("artifactLocation")
                            physical.object { $0.pair("uri", Self.uri(place.path)) }
                            physical.key("region")
                            physical.object { region in
                                region.key("byteOffset")
                                region.value(place.offset)
                            }
                        }
                    }
                }
            }
            object.key("partialFingerprints")
            object.object { $0.pair("tidewaiterFinding/v1", finding.id) }
        }
    }

    private static func level(_ level: String) -> String {
        switch level {
        case "critical", "high": "error"
        case "medium": "warning"
        default: "note"
        }
    }

    private static func message(_ finding: Finding) -> String {
        guard case .deployment(let deployment) = finding.subject else { return finding.rule.title }
        let who = FindingsTable.who(deployment)
        let what =
            "\(finding.rule.title): \(FindingsTable.image(deployment)) by \(who) at \(FindingsTable.place(deployment))"
        return "\(what). \(finding.reasons.map { Secrets.mask($0.words) }.joined(separator: "; "))"
    }

    private static func uri(_ path: String) -> String {
        path.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "-"),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                String(UnicodeScalar(byte))
            default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }.joined()
    }
}

extension Finding {
    /// Where the raw record stands.
    package var place: ContainerDeployment.LogPosition? {
        switch subject {
        case .deployment(let deployment): deployment.log
        case .rawRecord(let record): record.log
        }
    }
}
