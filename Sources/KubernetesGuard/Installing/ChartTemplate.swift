/// One template of a chart, read: text, and what is put into it.
struct ChartTemplate: Sendable {
    indirect enum Part: Sendable, Equatable {
        case text(String)
        case value(ChartExpression, place: String)
        case condition(ChartExpression, place: String, then: [Part], otherwise: [Part])
        case loop(ChartExpression, place: String, body: [Part])
    }

    let parts: [Part]

    /// What the template gives, with the values of a chart under `Values`.
    func rendered(_ root: ChartValue) throws(ChartError) -> String {
        var text = ""
        try Self.render(parts, in: ChartExpression.Scope(dot: root, root: root), into: &text)
        return text
    }

    private static func render(
        _ parts: [Part],
        in scope: ChartExpression.Scope,
        into text: inout String
    ) throws(ChartError) {
        for part in parts {
            switch part {
            case .text(let literal): text += literal
            case .value(let expression, let place):
                text += try expression.value(in: scope, at: place).text(at: place)
            case .condition(let expression, let place, let then, let otherwise):
                let isTrue = try expression.value(in: scope, at: place).isTrue
                try render(isTrue ? then : otherwise, in: scope, into: &text)
            case .loop(let expression, let place, let body):
                guard case .list(let list) = try expression.value(in: scope, at: place) else {
                    throw ChartError(place, "'range' goes over a list")
                }
                for element in list {
                    try render(body, in: ChartExpression.Scope(dot: element, root: scope.root), into: &text)
                }
            }
        }
    }
}
