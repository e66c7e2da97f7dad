internal import NIOCore

/// The connections of a stream server, and which of them makes room for another when there are too many.
struct OpenStreams {
    private struct Stream {
        var channel: any Channel
        var peer: StreamPeer
    }

    /// By their numbers, the oldest with the lowest.
    private var streams: [Int: Stream] = [:]
    /// Those that were ended for others, which takes TLS a moment.
    private var ending: Set<Int> = []
    private var next = 0

    /// Takes a connection in, where there is room, or the oldest that never sent anything whole makes some: whoever opens
    /// connections and does nothing with them shuts nobody out.
    ///
    /// - Returns: its number, nil where there is no room; and the connection to be closed for it.
    mutating func take(
        _ channel: any Channel,
        _ peer: StreamPeer,
        _ limit: Int
    ) -> (number: Int?, evicted: (any Channel)?) {
        var evicted: (any Channel)?
        if streams.count >= limit {
            guard ending.count < limit,
                let oldest = streams.filter({ !$0.value.peer.isProven }).keys.min()
            else { return (nil, nil) }
            evicted = streams.removeValue(forKey: oldest)?.channel
            ending.insert(oldest)
        }
        next += 1
        streams[next] = Stream(channel: channel, peer: peer)
        return (next, evicted)
    }

    /// A connection has ended.
    mutating func end(_ number: Int) {
        streams[number] = nil
        ending.remove(number)
    }
}
