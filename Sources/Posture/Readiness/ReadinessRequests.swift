/// What of a host's files the checks of readiness look at, besides those of the engine and of the control plane.
package enum ReadinessRequests {
    /// Known beforehand.
    package static let fixed: [FileRequest] =
        Watcher.requests + EngineLog.requests + DockerDaemon.requests + HostEvidence.journalRequests
        + EngineSockets.all.map { FileRequest($0) }
        + [FileRequest(HostEvidence.clockMark), FileRequest(HostEvidence.podLogFolder)]

    /// Known once the fixed ones, processes and the files of the control plane are: what its arguments name.
    package static func more(of host: HostEvidence) -> [FileRequest] {
        var evidence = Evidence()
        evidence.host = .known(host)
        return (evidence.programs(.apiServer).value ?? []).flatMap { AuditSettings(program: $0).requests() }
    }
}
