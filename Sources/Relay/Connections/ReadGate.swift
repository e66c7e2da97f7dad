/// Holds back a channel's reads; what it is asked for meanwhile is made up for.
struct ReadGate {
    private var isPaused = false
    private var isOwed = false

    /// Whether a read may go on to the channel.
    mutating func passes() -> Bool {
        if isPaused { isOwed = true }
        return !isPaused
    }

    /// Whether a read is due now.
    mutating func set(isPaused: Bool) -> Bool {
        self.isPaused = isPaused
        guard !isPaused, isOwed else { return false }
        isOwed = false
        return true
    }
}
