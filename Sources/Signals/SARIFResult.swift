internal import Deployments
internal import Judge
internal import Sigma

/// Writes rules and findings as SARIF objects (`reportingDescriptor`, `result`).
enum SARIFResult {
    static func write(_ rule: FindingRule, to writer: inout JSONWriter) {
        let level = rule.level?.rawValue ?? "medium"
        writer.object { object in
            object.pair("id", rule.key)
            object.pair("name", rule.title)
            object.key("shortDescription")
            object.object { $0.pair("text", rule.title) }
            if let description = rule.description {
                object.key("fullDescription")
                object.object { $0.pair("text", description) }
            }
            if !rule.falsepositives.isEmpty {
                object.key("help")
                object.object { $0.pair("text", "False positives: \(rule.falsepositives.joined(separator: "; "))") }
            }
            object.pair("helpUri", rule.references.first)
            object.key("defaultConfiguration")
            object.object { $0.pair("level", Self.level(level)) }
            object.key("properties")
            object.object { properties in
                properties.pair("tags", ["security"] + rule.techniques + [level])
                properties.pair("security-severity", severity(level))
            }
        }
    }

    /// Writes a result; the byte behind the bracket that opens its region, where it has one.
    @discardableResult
    static func write(_ finding: Finding, ruleIndex: Int, to writer: inout JSONWriter) -> Int? {
        var regionStart: Int?
        writer.object { object in
            object.pair("ruleId", finding.rule.key)
            object.key("ruleIndex")
            object.value(ruleIndex)
            object.pair("level", level(finding.level))
            object.key("message")
            object.object { $0.pair("text", message(finding)) }
            if let place = finding.place {
                object.key("locations")
                object.array { $0.object { regionStart = write(place, to: &$0) } }
            }
            object.key("partialFingerprints")
            object.object { $0.pair("tidewaiterFinding/v1", finding.id) }
        }
        return regionStart
    }

    private static func write(_ place: ContainerDeployment.LogPosition, to location: inout JSONWriter) -> Int {
        var regionStart = 0
        location.key("physicalLocation")
        location.object { physical in
            physical.key("artifactLocation")
            physical.object { $0.pair("uri", uri(place.path)) }
            physical.key("region")
            physical.object { region in
                regionStart = region.bytes.count
                region.key("byteOffset")
                region.value(place.offset)
            }
        }
        return regionStart
    }

    static func level(_ level: String) -> String {
        switch level {
        case "critical", "high": "error"
        case "medium": "warning"
        default: "note"
        }
    }

    /// Code hosts sort security results by a CVSS-like number in text.
    static func severity(_ level: String) -> String {
        switch level {
        case "critical": "9.5"
        case "high": "8.0"
        case "medium": "5.0"
        case "low": "3.0"
        default: "0.0"
        }
    }

    private static func message(_ finding: Finding) -> String {
        let (who, place, image): (String?, String?, String?) =
            switch finding.subject {
            case .deployment(let event):
                (
                    SubjectWords.who(event.deployment.actor), SubjectWords.place(event.deployment),
                    event.deployment.container.imageText
                )
            case .rawRecord(let record): (SubjectWords.who(record), SubjectWords.place(record), nil)
            case .correlation(let summary): (nil, SubjectWords.events(summary), nil)
            }
        let facts = [image.map { "image \($0)" }, who.map { "by \($0)" }, place].compactMap { $0 }
        let subject = facts.isEmpty ? "" : ": \(facts.joined(separator: ", "))"
        let reasons = finding.reasonWords.joined(separator: "; ")
        let violation = finding.violation.map { " \($0.message)." } ?? ""
        let remedy = finding.violation.map { ". To change: \($0.remedy)" } ?? ""
        return "\(finding.rule.title)\(subject).\(violation)" + (reasons.isEmpty ? "" : " \(reasons)") + remedy
    }

    /// The path as a URI reference (RFC 3986), a whole path as a `file` URI.
    private static func uri(_ path: String) -> String {
        let escaped = path.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "-"),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                String(UnicodeScalar(byte))
            default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }.joined()
        return (path.hasPrefix("/") ? "file://" : "") + escaped
    }
}
