import Foundation

/// What libFuzzer's bytes are given to: one parser, chosen by the environment variable `FUZZ_TARGET`.
///
/// A target may refuse any input; it must not crash, hang, or break what it promises, which it checks itself.
enum FuzzTarget: String, CaseIterable {
    case json
    case logFile = "log-file"
    case dockerLog = "docker-log"
    case dockerEvents = "docker-events"
    case httpRequests = "http-requests"
    case dockerAPI = "docker-api"
    case httpMessages = "http-messages"
    case kubernetesAudit = "kubernetes-audit"
    case kubernetesManifest = "kubernetes-manifest"
    case admissionReview = "admission-review"
    case accessLog = "access-log"
    case accessLogFormat = "access-log-format"
    case applicationLog = "application-log"
    case containerLog = "container-log"
    case kubernetesWatch = "kubernetes-watch"
    case syslog
    case journalExport = "journal-export"
    case kubeconfig
    case auditEvidence = "audit-evidence"
    case sigma
    case secrets

    static let chosen: FuzzTarget = {
        let name = ProcessInfo.processInfo.environment["FUZZ_TARGET"] ?? ""
        guard let target = FuzzTarget(rawValue: name) else {
            let names = allCases.map(\.rawValue).joined(separator: ", ")
            preconditionFailure("set FUZZ_TARGET to one of: \(names)")
        }
        return target
    }()

    func run(_ bytes: UnsafeRawBufferPointer) {
        switch self {
        case .json: JSONFuzzing.run(bytes)
        case .logFile: LogFileFuzzing.run(bytes)
        case .httpMessages: HTTPFuzzing.run(bytes)
        case .sigma: SigmaFuzzing.run(bytes)
        case .secrets: SecretsFuzzing.run(bytes)
        case .dockerAPI: DockerAPIFuzzing.run(bytes)
        case .admissionReview: AdmissionFuzzing.run(bytes)
        case .accessLogFormat: AccessLogFormatFuzzing.run(bytes)
        case .syslog: SyslogFuzzing.run(bytes)
        case .journalExport: JournalFuzzing.run(bytes)
        case .kubeconfig: KubeconfigFuzzing.run(bytes)
        case .auditEvidence: AuditFuzzing.run(bytes)
        case .dockerLog, .dockerEvents, .httpRequests, .kubernetesAudit, .kubernetesManifest, .accessLog,
            .applicationLog, .containerLog, .kubernetesWatch:
            DialectFuzzing.run(bytes, as: self)
        }
    }
}

/// What libFuzzer calls for each input, by way of C.
@_cdecl("tidewaiter_fuzz")
public func fuzz(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
    FuzzTarget.chosen.run(UnsafeRawBufferPointer(start: bytes, count: count))
    return 0
}
