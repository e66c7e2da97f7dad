package import Deployments
internal import Foundation
internal import KubernetesAPI
internal import NIOCore
internal import Relay

/// Receives syslog: RFC 5424 and RFC 3164, by TCP with TLS or without on this host, by Unix sockets, and by UDP on this host.
///
/// A record is a message with a header of RFC 5424 that names time and host, whatever it came with. Syslog by TCP knows no
/// acknowledgement (RFC 6587, section 3.3): what was received and not remembered yet when the process is killed is lost,
/// which is at most what waits (``Configuration/waitingMessages``) and what the kernel holds for connections that are not
/// read. While nothing can be remembered, streams are read no further, so that senders keep what they have; datagrams that
/// find no room are lost, counted and told.
package struct SyslogSource: LiveSource {
    package let configuration: Configuration
    private let now: @Sendable () -> Timestamp
    private let hostName: String

    package init(
        _ configuration: Configuration,
        hostName: String = ProcessInfo.processInfo.hostName,
        now: @escaping @Sendable () -> Timestamp = { Self.systemTime }
    ) {
        self.configuration = configuration
        self.hostName = hostName
        self.now = now
    }

    package static var systemTime: Timestamp {
        Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
    }

    package var name: String { configuration.name }
    /// Nothing that was received can be had again.
    package var isReplayable: Bool { false }

    package func follow(from cursors: [String: String], into feed: any SourceFeed) async throws {
        if let fault = configuration.fault { throw fault }
        // Numbers are given once: records of another run must not be taken for these.
        var numbers = SyslogNumbers(cursors)
        var backOff = BackOff()
        var attempt = 0
        while true {
            try Task.checkCancellation()
            let begun = ContinuousClock.now
            let reason: String
            do {
                try await serve(&numbers, feed)
                reason = "nobody listens any more"
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

    /// A message that waits.
    struct Received: Sendable {
        var record: [UInt8]
        var isCut: Bool
        /// The peer's address; nil on this host.
        var address: String?
    }

    private func serve(_ numbers: inout SyslogNumbers, _ feed: any SourceFeed) async throws {
        let waiting = Backlog<Received>(
            capacity: configuration.waitingMessages,
            maximumBytes: configuration.waitingBytes
        )
        let lost = Tally()
        let sockets = try openSockets()
        let servers = configuration.streams.map { stream in
            StreamServer(
                stream.listener,
                limits: configuration.limits,
                needsCertificate: stream.clientAuthority != nil
            )
        }
        let unopened = Tally(servers.count)
        if servers.isEmpty { feed.tell(.following(lag: nil)) }
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for server in servers {
                tasks.addTask {
                    defer { waiting.finish() }
                    try await server.run {
                        if unopened.add(-1) == 0 { feed.tell(.following(lag: nil)) }
                    } _: { inbound, peer in
                        try await read(inbound, from: peer, into: waiting)
                    }
                }
            }
            for socket in sockets {
                tasks.addTask {
                    await socket.run { bytes, isCut in
                        let one = received(bytes, isCut: isCut, from: nil)
                        if !waiting.offer(one, bytes: one.record.count) { lost.add() }
                    }
                }
            }
            tasks.addTask {
                var faults: [Int: String] = [:]
                while true {
                    try await Task.sleep(for: configuration.refresh)
                    refresh(servers, &faults, feed)
                    tell(lost, feed)
                }
            }
            defer {
                tasks.cancelAll()
                tell(lost, feed)
            }
            while let received = await waiting.receive(most: configuration.batchRecords, bytes: 4 << 20) {
                try await take(received, &numbers, feed)
            }
            try Task.checkCancellation()
            while try await tasks.next() != nil {}
        }
    }

    private func openSockets() throws(RelayError) -> [DatagramSocket] {
        var sockets: [DatagramSocket] = []
        do throws(RelayError) {
            for listener in configuration.sockets {
                sockets.append(try DatagramSocket(listener, limit: configuration.maximumMessageBytes))
            }
            for address in configuration.datagrams {
                sockets.append(try DatagramSocket(address, limit: configuration.maximumMessageBytes))
            }
        } catch {
            // Otherwise they would stand in the way of the next try.
            for socket in sockets { socket.abandon() }
            throw error
        }
        return sockets
    }

    /// Reads a connection to its end; it is read no further while there is no room.
    private func read(
        _ inbound: NIOAsyncChannelInboundStream<ByteBuffer>,
        from peer: StreamPeer,
        into waiting: Backlog<Received>
    ) async throws {
        var framing = SyslogFraming(limit: configuration.maximumMessageBytes)
        var begun: ContinuousClock.Instant?
        func send(_ frame: SyslogFraming.Frame) async -> Bool {
            let one = received(frame.bytes, isCut: frame.isCut, from: peer.address)
            return await waiting.send(one, bytes: one.record.count)
        }
        for try await part in inbound {
            framing.append(part.readableBytesView)
            var isWhole = false
            while let frame = framing.next() {
                if !isWhole { peer.prove() }
                isWhole = true
                guard await send(frame) else { return }
            }
            if framing.held == 0 || isWhole { begun = nil }
            guard framing.held > 0 else { continue }
            // Whoever sends a message byte by byte holds a connection for nothing.
            let first = begun ?? .now
            guard .now - first < configuration.patience else { return }
            begun = first
        }
        if let frame = framing.rest() { _ = await send(frame) }
    }

    private func received(_ bytes: [UInt8], isCut: Bool, from address: String?) -> Received {
        let now = now()
        let record = SyslogRecord.bytes(
            of: bytes,
            from: address ?? hostName,
            at: now,
            zone: SyslogRecord.zone(at: now)
        )
        return Received(record: record, isCut: isCut, address: address)
    }

    /// Hands on messages, those of each host in their order.
    private func take(_ received: [Received], _ numbers: inout SyslogNumbers, _ feed: any SourceFeed) async throws {
        var order: [String] = []
        var records: [String: [LiveRecord]] = [:]
        for one in received {
            let stream = numbers.stream(of: one.address, named: name, most: configuration.hosts)
            if records[stream] == nil { order.append(stream) }
            let position = ContainerDeployment.LogPosition(path: stream, offset: numbers.next())
            records[stream, default: []].append(
                LiveRecord(bytes: one.record, position: position, defects: one.isCut ? [.oversized] : [])
            )
        }
        for stream in order {
            try await feed.take(
                LiveBatch(stream: stream, records: records[stream] ?? [], cursor: String(numbers.last))
            )
        }
        feed.tell(.following(lag: nil))
    }

    private func tell(_ lost: Tally, _ feed: any SourceFeed) {
        let count = lost.take()
        guard count > 0 else { return }
        feed.tell(.lost(reason: "datagrams came faster than they could be remembered", records: count))
    }

    private func refresh(_ servers: [StreamServer], _ faults: inout [Int: String], _ feed: any SourceFeed) {
        for (index, server) in servers.enumerated() {
            do throws(RelayError) {
                _ = try server.refreshCertificate()
                faults[index] = nil
            } catch {
                // What was there before stays in use; whoever minds it learns once.
                guard faults.updateValue(error.description, forKey: index) != error.description else { continue }
                feed.tell(.waiting(reason: error.description, attempt: 1))
            }
        }
    }
}

/// Numbers and streams of messages.
struct SyslogNumbers {
    /// The number given last.
    private(set) var last: Int
    private var streams: Set<String>

    init(_ cursors: [String: String]) {
        last = cursors.values.compactMap { Int($0) }.max() ?? 0
        streams = Set(cursors.keys)
    }

    mutating func next() -> Int {
        last += 1
        return last
    }

    /// A host's own stream, as long as there are few.
    mutating func stream(of address: String?, named name: String, most: Int) -> String {
        guard let address else { return name }
        let stream = "\(name)@\(address)"
        guard !streams.contains(stream) else { return stream }
        guard streams.count < most else { return "\(name)@others" }
        streams.insert(stream)
        return stream
    }
}
