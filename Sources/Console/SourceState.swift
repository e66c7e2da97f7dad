/// How one of watch's sources does.
package struct SourceState: Sendable, Equatable {
    /// As the configuration names it.
    package var name: String
    /// Why it does not follow at the moment; nil while it follows, or where that is not known yet.
    package var trouble: String?
    /// How old what it gave last was, in seconds, where that is known.
    package var lag: Double?
    /// How often records were gone before they could be read.
    package var losses: Int

    package init(name: String, trouble: String? = nil, lag: Double? = nil, losses: Int = 0) {
        self.name = name
        self.trouble = trouble
        self.lag = lag
        self.losses = losses
    }
}
