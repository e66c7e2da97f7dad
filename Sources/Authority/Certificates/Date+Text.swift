package import Foundation

extension Date {
    /// `2026-11-30T04:00:00Z`, as RFC 3339 writes it.
    package var dayAndTime: String { formatted(.iso8601) }
}
