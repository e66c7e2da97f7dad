/// Reads a search: maps are "all of", lists are "any of", a list of plain values is a list of keywords.
struct SelectionReader {
    let placeholders: [String: [String]]

    func read(_ value: Attribute, _ reading: inout DocumentReading) -> (Selection.Body, Formula)? {
        switch value.content {
        case .map(let members): return map(members, place: value.place, &reading)
        case .list(let list): return self.list(list, place: value.place, &reading)
        case .null:
            reading.error("the search is empty", value.place)
            return nil
        default:
            return keywords(modifiers: [], [value], place: value.place, &reading)
        }
    }

    private func map(
        _ members: [Attribute.Member],
        place: Place,
        _ reading: inout DocumentReading
    ) -> (Selection.Body, Formula)? {
        guard !members.isEmpty else {
            reading.error("the search is empty", place)
            return nil
        }
        var (bodies, formulas): ([Selection.Body], [Formula]) = ([], [])
        var complete = true
        for member in members {
            guard let (body, formula) = item(member, &reading) else {
                complete = false
                continue
            }
            bodies.append(body)
            formulas.append(formula)
        }
        guard complete else { return nil }
        return (bodies.count == 1 ? bodies[0] : .all(bodies), .all(formulas))
    }

    private func list(
        _ list: [Attribute],
        place: Place,
        _ reading: inout DocumentReading
    ) -> (Selection.Body, Formula)? {
        guard !list.isEmpty else {
            reading.error("the search is empty", place)
            return nil
        }
        var (bodies, formulas): ([Selection.Body], [Formula]) = ([], [])
        var words: [Attribute] = []
        var complete = true
        for element in list {
            if case .list = element.content {
                reading.error("a list cannot stand in a list here", element.place, hint: "put its values in one list")
                complete = false
                continue
            }
            guard case .map(let members) = element.content else {
                words.append(element)
                continue
            }
            guard let (body, formula) = map(members, place: element.place, &reading) else {
                complete = false
                continue
            }
            bodies.append(body)
            formulas.append(formula)
        }
        if !words.isEmpty {
            guard let (body, formula) = keywords(modifiers: [], words, place: place, &reading) else { return nil }
            bodies.append(body)
            formulas.append(formula)
        }
        guard complete else { return nil }
        return (bodies.count == 1 ? bodies[0] : .any(bodies), .any(formulas))
    }

    private func item(
        _ member: Attribute.Member,
        _ reading: inout DocumentReading
    ) -> (Selection.Body, Formula)? {
        let parts = member.key.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        guard let modifiers = modifiers(parts, member.place, &reading) else { return nil }
        let field = parts[0]
        if let block = ElementBlock(field) { return elements(block, parts, member, &reading) }
        let values: [Attribute]
        switch member.value.content {
        case .map:
            reading.error(
                "'\(field)' has a map where values were expected",
                member.value.place,
                hint: "write nested fields with dots, \(field).name: value"
            )
            return nil
        case .list(let list):
            guard !list.isEmpty else {
                reading.error("'\(field)' has no values", member.value.place)
                return nil
            }
            values = list
        default: values = [member.value]
        }
        if field.isEmpty { return keywords(modifiers: modifiers, values, place: member.place, &reading) }
        return lower(field: field, modifiers, values, member.place, &reading)
    }

    private func modifiers(_ parts: [String], _ place: Place, _ reading: inout DocumentReading) -> [Modifier]? {
        var modifiers: [Modifier] = []
        var column = place.column + parts[0].unicodeScalars.count + 1
        for name in parts.dropFirst() {
            let here = Place(file: place.file, line: place.line, column: column)
            column += name.unicodeScalars.count + 1
            guard let modifier = Modifier(rawValue: name) else {
                let near = Modifier.allCases.first { $0.rawValue == name.lowercased() || $0.rawValue.hasPrefix(name) }
                reading.error(
                    "the modifier '\(name)' is not known",
                    here,
                    hint: near.map { "did you mean '\($0.rawValue)'?" }
                )
                return nil
            }
            modifiers.append(modifier)
        }
        if let (index, message) = Modifier.conflict(in: modifiers) {
            let before = parts[...index].map { $0.unicodeScalars.count + 1 }.reduce(0, +)
            reading.error(message, Place(file: place.file, line: place.line, column: place.column + before))
            return nil
        }
        return modifiers
    }

    private func keywords(
        modifiers: [Modifier],
        _ values: [Attribute],
        place: Place,
        _ reading: inout DocumentReading
    ) -> (Selection.Body, Formula)? {
        let refused: Set<Modifier.Kind> = [.existence, .comparison, .time, .fieldReference, .negation, .network]
        if let modifier = modifiers.first(where: { refused.contains($0.kind) }) {
            reading.error("keywords cannot have the modifier '\(modifier.rawValue)'", place)
            return nil
        }
        return lower(field: nil, modifiers, values, place, &reading)
    }

    private func lower(
        field: String?,
        _ modifiers: [Modifier],
        _ values: [Attribute],
        _ place: Place,
        _ reading: inout DocumentReading
    ) -> (Selection.Body, Formula)? {
        var item = DetectionItem(field: field, modifiers: modifiers, values: [], place: place)
        for value in values {
            guard let content = DetectionItem.Content(value.content) else {
                reading.error("a list of values holds plain values only", value.place)
                return nil
            }
            item.values.append(.init(content: content, spelling: value.spelling, place: value.place))
        }
        guard let formula = ItemLowering(item: item, placeholders: placeholders).formula(&reading) else { return nil }
        return (.item(item), formula)
    }

    private func elements(
        _ block: ElementBlock,
        _ parts: [String],
        _ member: Attribute.Member,
        _ reading: inout DocumentReading
    ) -> (Selection.Body, Formula)? {
        guard let (detection, program) = inner(block, parts, member, &reading) else { return nil }
        return (
            .elements(field: block.field, block.quantifier, detection),
            .elements(field: block.field, block.quantifier, program)
        )
    }

    /// What is asked of each member: the block, with a condition of its own or without, or the rest of the field.
    private func inner(
        _ block: ElementBlock,
        _ parts: [String],
        _ member: Attribute.Member,
        _ reading: inout DocumentReading
    ) -> (Detection, Program)? {
        let search: (body: Selection.Body, formula: Formula)?
        if block.rest.isEmpty, case .map(let members) = member.value.content {
            guard parts.count == 1 else {
                reading.error("a block over the members of a list takes no modifiers", member.place)
                return nil
            }
            if members.contains(where: { $0.key == "condition" }) {
                return DetectionReader(placeholders: placeholders).read(members, place: member.place, &reading)
            }
            search = map(members, place: member.place, &reading)
        } else {
            var inner = member
            let field = block.rest.isEmpty ? "." : block.rest
            inner.key = ([field] + parts.dropFirst()).joined(separator: "|")
            search = item(inner, &reading)
        }
        guard let search else { return nil }
        let name = "members"
        return (
            Detection(
                selections: [Selection(name: name, body: search.body, place: member.place)],
                conditions: [.selection(name)]
            ),
            Program(selections: [.init(name: name, formula: search.formula)], conditions: [.selection(0)])
        )
    }
}

extension DetectionItem.Content {
    init?(_ content: Attribute.Content) {
        switch content {
        case .text(let text): self = .text(text)
        case .integer(let integer): self = .integer(integer)
        case .number(let number): self = .number(number)
        case .boolean(let boolean): self = .boolean(boolean)
        case .null: self = .null
        case .list, .map: return nil
        }
    }
}

/// `containers[any]`: what follows is held against each member of a list (SEP 212, sigma-version 3).
struct ElementBlock {
    /// The list.
    var field: String
    var quantifier: Selection.Quantifier
    /// The field inside of each member; empty where the member itself is meant.
    var rest: String

    /// Finds the first quantifier in a field's name.
    init?(_ key: String) {
        var from = key.startIndex
        while let open = key[from...].firstIndex(of: "[") {
            from = key.index(after: open)
            guard open > key.startIndex, let close = key[from...].firstIndex(of: "]") else { return nil }
            guard let quantifier = Selection.Quantifier(rawValue: String(key[from..<close])) else { continue }
            let after = key[key.index(after: close)...]
            guard after.isEmpty || after.first == "." else { return nil }
            field = String(key[..<open])
            self.quantifier = quantifier
            rest = String(after.dropFirst())
            return
        }
        return nil
    }
}
