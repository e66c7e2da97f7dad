internal import Foundation

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// What the person's terminal can show.
struct Terminal {
    /// Whether levels may be told by colour.
    var isColored: Bool
    /// Characters in a line.
    var width: Int

    /// How colour is chosen on the command line.
    enum ColorChoice: String, CaseIterable, Sendable {
        case auto, always, never
    }

    /// The terminal behind `output`.
    ///
    /// `NO_COLOR` (https://no-color.org) and `TERM=dumb` switch colours off.
    init(_ output: Output, color: ColorChoice, environment: [String: String]) {
        switch color {
        case .always: isColored = true
        case .never: isColored = false
        case .auto:
            isColored =
                output.isTerminal && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
        }
        var size = winsize()
        if output.isTerminal, unsafe ioctl(output.stream.rawValue, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 {
            width = Int(size.ws_col)
        } else {
            // Nobody's lines are too short in a file.
            width = environment["COLUMNS"].flatMap(Int.init) ?? (output.isTerminal ? 100 : 4_096)
        }
    }
}
