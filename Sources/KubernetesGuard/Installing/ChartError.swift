/// Why a chart's files give no manifests: what is wrong, and where.
package struct ChartError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file, with the line where there is one.
    package var place: String
    package var message: String

    init(_ place: String, _ message: String) {
        self.place = place
        self.message = message
    }

    package var description: String { "\(place): \(message)" }
}
