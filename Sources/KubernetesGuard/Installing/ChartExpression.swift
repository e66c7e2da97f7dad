internal import JSON

/// What stands between the braces of a template: a value, and functions that it goes through.
///
/// The part of Go's text/template and of Helm's functions that the chart uses; anything else is an error, so that the
/// program prints either what Helm does or nothing.
indirect enum ChartExpression: Sendable, Equatable {
    /// `.`, or `.a.b` of it.
    case dot([String])
    /// `$.a.b`, of what the whole template is given.
    case root([String])
    case literal(ChartValue)
    case call(Function, [ChartExpression])

    enum Function: String, Sendable {
        case and, not, `default`, quote, toYaml, nindent
    }

    /// What an expression is worked out in.
    struct Scope {
        var dot: ChartValue
        var root: ChartValue
    }

    /// The value, or why there is none.
    func value(in scope: Scope, at place: String) throws(ChartError) -> ChartValue {
        switch self {
        case .dot(let path): return try Self.value(at: path, of: scope.dot, place)
        case .root(let path): return try Self.value(at: path, of: scope.root, place)
        case .literal(let value): return value
        case .call(let function, let arguments):
            var values: [ChartValue] = []
            for argument in arguments { values.append(try argument.value(in: scope, at: place)) }
            return try function.apply(values, at: place)
        }
    }

    private static func value(
        at path: [String],
        of whole: ChartValue,
        _ place: String
    ) throws(ChartError) -> ChartValue {
        var value = whole
        for key in path {
            guard let member = value[key] else {
                throw ChartError(place, "there is no '.\(path.joined(separator: "."))'")
            }
            value = member
        }
        return value
    }
}

extension ChartExpression.Function {
    fileprivate func apply(_ arguments: [ChartValue], at place: String) throws(ChartError) -> ChartValue {
        switch (self, arguments.count) {
        case (.and, 2...):
            return arguments.first { !$0.isTrue } ?? arguments[arguments.count - 1]
        case (.not, 1): return .flag(!arguments[0].isTrue)
        case (.default, 2): return arguments[1].isTrue ? arguments[1] : arguments[0]
        case (.quote, 1): return .text(JSONValue.quote(try arguments[0].text(at: place)))
        case (.toYaml, 1): return .text(arguments[0].yaml)
        case (.nindent, 2):
            guard case .integer(let columns) = arguments[0], (0...80).contains(columns) else { break }
            let indent = "\n" + String(repeating: " ", count: Int(columns))
            let lines = try arguments[1].text(at: place).split(separator: "\n", omittingEmptySubsequences: false)
            return .text(indent + lines.joined(separator: indent))
        default: break
        }
        throw ChartError(place, "'\(rawValue)' does not take these arguments")
    }
}

extension ChartValue {
    /// How it is printed.
    func text(at place: String) throws(ChartError) -> String {
        switch self {
        case .text(let text): return text
        case .integer(let integer): return String(integer)
        case .flag(let flag): return flag ? "true" : "false"
        case .null, .list, .map: throw ChartError(place, "a list, a map or nothing cannot be printed")
        }
    }
}
