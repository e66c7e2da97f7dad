internal import Deployments
internal import KubernetesAPI
internal import Relay

/// Takes the audit events that API servers post: the backend of `--audit-webhook-config-file`.
///
/// A body is a record, and is answered only once it is remembered, so that an API server sends it again otherwise; what
/// it sends twice is known by its `auditID`s and stages.
package struct AuditWebhookSource: LiveSource {
    package let configuration: Configuration

    package init(_ configuration: Configuration) { self.configuration = configuration }

    package var name: String { configuration.name }
    /// What was answered is gone.
    package var isReplayable: Bool { false }

    package func follow(from cursors: [String: String], into feed: any SourceFeed) async throws {
        if let fault = configuration.fault { throw fault }
        var number = cursors[name].flatMap { Int($0) } ?? 0
        var backOff = BackOff()
        var attempt = 0
        while true {
            try Task.checkCancellation()
            let begun = ContinuousClock.now
            let reason: String
            do {
                try await serve(&number, feed)
                reason = "\(configuration.address): nobody listens any more"
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                reason = "\(error)"
            }
            try Task.checkCancellation()
            if .now - begun > .seconds(60) { (attempt, backOff) = (0, BackOff()) }
            attempt += 1
            feed.tell(.waiting(reason: reason, attempt: attempt))
            try await Task.sleep(for: backOff.wait())
        }
    }

    private func serve(_ number: inout Int, _ feed: any SourceFeed) async throws {
        let token = try configuration.tokenFile.map { path throws(BearerToken.Unreadable) in
            try BearerToken(file: path)
        }
        let waiting = Backlog<AuditGatekeeper.Posted>(
            capacity: configuration.waitingBodies,
            maximumBytes: max(configuration.maximumBodyBytes, 64 << 20)
        )
        var relay = RelayConfiguration(listeners: [configuration.listener], timeouts: configuration.timeouts)
        relay.limits.connections = configuration.connections
        let server = RelayServer(
            configuration: relay,
            gatekeeper: AuditGatekeeper(configuration: configuration, token: token, waiting: waiting),
            upstream: nil
        )
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                defer { waiting.finish() }
                try await server.run { feed.tell(.following(lag: nil)) }
            }
            tasks.addTask { try await refresh(server, token, feed) }
            defer { tasks.cancelAll() }
            while let posted = await waiting.receive(most: configuration.waitingBodies, bytes: 16 << 20) {
                // Nobody waits for an answer longer than this takes.
                defer { for one in posted { one.outcome.fulfil(false) } }
                try await take(posted, &number, feed)
            }
            try Task.checkCancellation()
            try await tasks.next()
        }
    }

    private func take(_ posted: [AuditGatekeeper.Posted], _ number: inout Int, _ feed: any SourceFeed) async throws {
        let records = posted.enumerated().map { index, one in
            LiveRecord(bytes: one.body, position: .init(path: name, offset: number + index))
        }
        // Not given again to others, even where these are not remembered.
        number += posted.count
        try await feed.take(LiveBatch(stream: name, records: records, cursor: String(number)))
        for one in posted { one.outcome.fulfil(true) }
        feed.tell(.following(lag: nil))
    }

    /// Looks at the certificate and the token again, for as long as the server runs.
    private func refresh(_ server: RelayServer, _ token: BearerToken?, _ feed: any SourceFeed) async throws {
        var told: String?
        while true {
            try await Task.sleep(for: configuration.refresh)
            var faults = server.refreshCertificates(always: false).failures.map(\.description)
            do throws(BearerToken.Unreadable) {
                try token?.refresh()
            } catch {
                faults.append(error.description)
            }
            // What was there before stays in use; whoever minds it learns once.
            let fault = faults.isEmpty ? nil : faults.joined(separator: "; ")
            if let fault, fault != told { feed.tell(.waiting(reason: fault, attempt: 1)) }
            if fault == nil, told != nil { feed.tell(.following(lag: nil)) }
            told = fault
        }
    }
}
