internal import Deployments

/// A route of a dashboard or orchestrator by which containers are deployed, started, scheduled or entered.
struct ManagementRoute {
    /// Names of the application in captured requests.
    let app: String
    let route: Route
    let methods: [String]
    let effect: Effect
    private let segments: [Segment]
    /// A query parameter that must be there, and the values that it may have.
    private let parameter: (name: String, values: [String])?

    enum Effect {
        /// An object with containers is created or changed.
        case deploy
        /// Something stored is started, scaled, retried, resumed.
        case start
        /// Work is stored to run later, or a template for it.
        case schedule
        /// A command or terminal in a running container.
        case exec
    }

    private enum Segment {
        case any, rest
        case oneOf([String])
        case suffix(String)

        init(_ text: Substring) {
            if text == "*" {
                self = .any
            } else if text == "**" {
                self = .rest
            } else if text.hasPrefix("*:") {
                self = .suffix(String(text.dropFirst()))
            } else {
                self = .oneOf(text.split(separator: "|").map(String.init))
            }
        }
    }

    /// A route by its pattern.
    ///
    /// - Parameters:
    ///   - methods: `POST|PUT`.
    ///   - pattern: path segments: literal, `a|b` for either, `*` for any one, `**` at the end for any one or more; then
    ///     a query parameter that must be there, `?name=value|value`.
    init(app: String, route: Route, methods: String, pattern: String, effect: Effect) {
        self.app = app
        self.route = route
        self.methods = methods.split(separator: "|").map(String.init)
        self.effect = effect
        let halves = pattern.split(separator: "?", maxSplits: 1)
        segments = halves[0].split(separator: "/").map { Segment($0) }
        let wanted = halves.count > 1 ? halves[1].split(separator: "=", maxSplits: 1) : []
        parameter =
            wanted.count == 2 ? (String(wanted[0]), wanted[1].split(separator: "|").map(String.init)) : nil
    }

    /// Whether the route is the one of a request.
    ///
    /// - Parameter method: nil where any will do.
    func matches(method: String?, path: [Substring], query: Query) -> Bool {
        if let method, !methods.contains(method) { return false }
        guard matches(path) else { return false }
        guard let parameter else { return true }
        return query.value(parameter.name).map { parameter.values.contains($0) } ?? false
    }

    private func matches(_ path: [Substring]) -> Bool {
        var index = 0
        for segment in segments {
            guard index < path.count else { return false }
            switch segment {
            case .any: break
            case .rest: return true
            case .oneOf(let words): if !words.contains(where: { $0 == path[index] }) { return false }
            case .suffix(let suffix): if !path[index].hasSuffix(suffix) { return false }
            }
            index += 1
        }
        return index == path.count
    }
}
