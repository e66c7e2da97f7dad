/// Reads a detection: its searches, its conditions, and what they come down to.
struct DetectionReader {
    let placeholders: [String: [String]]

    /// Keys beside the searches; `timeframe` belongs to the aggregations of Sigma 1.
    private static let reserved: Set<String> = ["condition", "timeframe"]

    func read(_ member: Attribute.Member, _ reading: inout DocumentReading) -> (Detection, Program)? {
        guard case .map(let members) = member.value.content else {
            reading.error("'\(member.key)' must be a map of searches and a condition", member.value.place)
            return nil
        }
        return read(members, place: member.place, &reading)
    }

    func read(
        _ members: [Attribute.Member],
        place: Place,
        _ reading: inout DocumentReading
    ) -> (Detection, Program)? {
        var detection = Detection(selections: [], conditions: [])
        var program = Program()
        let selections = SelectionReader(placeholders: placeholders)
        var complete = true
        for search in members where !Self.reserved.contains(search.key) {
            guard let (body, formula) = selections.read(search.value, &reading) else {
                complete = false
                // The name is known all the same: a condition that uses it must not be called wrong too.
                program.selections.append(Program.Named(name: search.key, formula: .constant(false)))
                continue
            }
            detection.selections.append(Selection(name: search.key, body: body, place: search.place))
            program.selections.append(Program.Named(name: search.key, formula: formula))
        }
        if program.selections.isEmpty {
            reading.error("the detection has no search", place)
            return nil
        }
        guard let condition = members.first(where: { $0.key == "condition" }) else {
            reading.error("the detection has no condition", place)
            return nil
        }
        for element in conditions(condition, &reading) {
            guard let (tree, formula) = resolve(element, program, &reading) else {
                complete = false
                continue
            }
            detection.conditions.append(tree)
            program.conditions.append(formula)
        }
        guard complete, !program.conditions.isEmpty else { return nil }
        if let timeframe = members.first(where: { $0.key == "timeframe" }) {
            reading.warning(
                "'timeframe' is no part of the Sigma 2 language and is not used",
                timeframe.place,
                hint: "write a correlation rule instead"
            )
        }
        return (detection, program)
    }

    private func conditions(_ member: Attribute.Member, _ reading: inout DocumentReading) -> [Attribute] {
        switch member.value.content {
        case .list(let list) where !list.isEmpty: return list
        case .text, .integer, .boolean: return [member.value]
        default:
            reading.error("'condition' must be text or a list of texts", member.value.place)
            return []
        }
    }

    private func resolve(
        _ element: Attribute,
        _ program: Program,
        _ reading: inout DocumentReading
    ) -> (Condition, Formula)? {
        guard let text = element.text else {
            reading.error("a condition must be text", element.place)
            return nil
        }
        do {
            let condition = try ConditionParser.parse(text)
            return (condition, try ConditionResolver(program: program, text: text).formula(condition))
        } catch {
            var place = element.place
            // A quoted or folded condition starts behind its quotes or on the next line; there the column is the
            // value's own. On a plain line it is exact.
            if element.spelling == text, !text.contains("\n") { place.column += error.offset }
            reading.error(error.message, place, hint: error.hint)
            return nil
        }
    }
}
