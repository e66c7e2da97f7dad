internal import NIOCore

/// The process's event loops, which relays and upstreams share.
package enum EventLoops {
    /// Chooses how many there are, before the first relay or upstream is made; one for each processor otherwise.
    package static func use(_ count: Int) { NIOSingletons.groupLoopCountSuggestion = count }
}
