/// Reads a filter document.
struct FilterReader {
    let placeholders: [String: [String]]

    func read(_ members: [Attribute.Member], place: Place, into documents: inout RuleDocuments) {
        var reading = DocumentReading()
        var head = RuleHead()
        var filter: Attribute.Member?
        for member in members {
            if member.key == "filter" {
                filter = member
            } else if !head.take(member, &reading) {
                head.attributes.append(member)
            }
        }
        if head.title == nil { reading.error("the filter has no title", place) }
        if let detection = head.detection {
            reading.error("a filter's searches stand under 'filter', not under 'detection'", detection.place)
        }
        guard let filter, case .map(let parts) = filter.value.content else {
            reading.error("'filter' must be a map of rules, searches and a condition", filter?.place ?? place)
            documents.diagnostics += reading.diagnostics
            return
        }
        let scope = scope(parts.first { $0.key == "rules" }, filter.place, &reading)
        let searches = parts.filter { $0.key != "rules" }
        let detection = DetectionReader(placeholders: placeholders).read(searches, place: filter.place, &reading)
        if let (detection, program) = detection, let scope, !reading.failed {
            if !detection.conditions.contains(where: \.containsNegation) {
                reading.warning(
                    "the filter's condition has no 'not': only events that it matches are still reported",
                    filter.place,
                    hint: "to leave out what the searches match, write 'not' before them"
                )
            }
            documents.filters.append(
                Filter(
                    title: head.title ?? "",
                    id: head.id,
                    description: head.description,
                    logsource: head.logsource ?? LogSource(),
                    rules: scope,
                    detection: detection,
                    attributes: head.attributes,
                    place: place,
                    program: program
                )
            )
        }
        documents.diagnostics += reading.diagnostics
    }

    private func scope(
        _ member: Attribute.Member?,
        _ place: Place,
        _ reading: inout DocumentReading
    ) -> Filter.Scope? {
        guard let member else {
            reading.error("the filter does not say for which rules it is", place, hint: "add 'rules'")
            return nil
        }
        if case .text(let text) = member.value.content, text.lowercased() == "any" { return .any }
        let names = reading.texts(member)
        // An empty list means every rule, as in rsigma; the specification is silent.
        return names.isEmpty ? .any : .named(names)
    }
}
