import Deployments
import Dialects
import JSON
import Judge
import PodSecurity
import Signals

/// A dialect: whatever the records say, each deployment read can be told, as valid JSON and as lines for a terminal.
enum DialectFuzzing {
    static func run(_ bytes: UnsafeRawBufferPointer, as target: FuzzTarget) {
        switch target {
        case .dockerLog: read(bytes, DockerLogDialect(), byLine: true)
        case .dockerEvents: read(bytes, DockerEventsDialect(), byLine: true)
        case .httpRequests: read(bytes, HTTPRequestsDialect(), byLine: true)
        case .kubernetesAudit: read(bytes, KubernetesAuditDialect(), byLine: true)
        case .accessLog: read(bytes, AccessLogDialect(), byLine: true)
        case .applicationLog: read(bytes, ApplicationLogDialect(), byLine: true)
        case .containerLog: read(bytes, ContainerLogDialect(maximumRecordBytes: 4_096), byLine: true)
        case .kubernetesWatch: read(bytes, KubernetesWatchDialect(maximumRecordBytes: 65_536), byLine: true)
        default:
            read(bytes, KubernetesManifestDialect(), byLine: false)
            read(bytes, KubernetesManifestDialect(readingInto: .pods), byLine: false)
        }
    }

    /// Lines, each a record.
    static func read(_ bytes: [UInt8], _ dialect: some Dialect) {
        bytes.withUnsafeBytes { read($0, dialect, byLine: true) }
    }

    static func read(_ bytes: UnsafeRawBufferPointer, _ dialect: some Dialect, byLine: Bool) {
        var dialect = dialect
        var reading = Reading()
        reading.onRawEvent = { _, value, _ in precondition(!value.jsonText.isEmpty) }
        // Records are lent with readable bytes behind them.
        let padded = Array(bytes) + [UInt8](repeating: 0, count: JSONParser.padding)
        padded.withUnsafeBytes { memory in
            let content = UnsafeRawBufferPointer(rebasing: memory[..<bytes.count])
            let records = byLine ? content.split(separator: 10) : [content[...]]
            for record in records {
                let record = RawRecord(
                    bytes: UnsafeRawBufferPointer(rebasing: record),
                    position: .init(path: "fuzz", offset: record.startIndex)
                )
                dialect.read(record, into: &reading)
            }
            dialect.finish(into: &reading)
        }
        tell(reading.deployments)
        judge(reading.pods)
    }

    /// Whatever a pod says, each policy can be asked of it, and what restricted allows the baseline allows too.
    ///
    /// Not so for Windows, whose pods restricted exempts from what the baseline still looks at.
    private static func judge(_ pods: [DeployedPod]) {
        var lines = ECSLines()
        let parser = JSONParser(maximumBytes: 256 << 20)
        for pod in pods {
            for version in [PodSecurityVersion.minor(0), .minor(18), .minor(24), .latest] {
                let findings = PodSecurityLevel.allCases.map { level in
                    PodSecurityJudge(PodSecurityPolicy(level, version)).findings(on: pod)
                }
                let isExempt = pod.pod.operatingSystem == "windows"
                precondition(findings[0].isEmpty && (findings[1].isEmpty || !findings[2].isEmpty || isExempt))
                for finding in findings[2] {
                    let line = String(decoding: lines.line(finding), as: UTF8.self)
                    precondition((try? parser.withDocument(line) { $0.isObject }) == true, "no JSON: \(line)")
                }
            }
        }
    }

    private static func tell(_ deployments: [ContainerDeployment]) {
        var lines = ECSLines()
        let parser = JSONParser(maximumBytes: 256 << 20)
        let table = FindingsTable(isColored: false, width: 80)
        for deployment in deployments {
            let line = String(decoding: lines.line(DeploymentEvent(deployment), rules: []), as: UTF8.self)
            precondition((try? parser.withDocument(line) { $0.isObject }) == true, "no JSON: \(line)")
            precondition(table.lines(deployment, []).utf8.dropLast().allSatisfy { $0 >= 32 && $0 != 127 })
        }
    }
}
