internal import Sigma
internal import Signals

/// A message of Microsoft Teams' workflows ("when a Teams webhook request is received"), with an Adaptive Card.
///
/// Reference: https://adaptivecards.io/explorer/AdaptiveCard.html. Values stand in text runs, in which no Markdown is
/// read, so that none can be a link or a mention.
enum TeamsMessage {
    /// A message has 28 KB at most, and an alert takes up to some 8 when every letter has to be escaped.
    static let alertLimit = 3

    static func json(_ alerts: [Alert]) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { message in
            message.pair("type", "message")
            message.key("attachments")
            message.array { attachments in
                attachments.object { attachment in
                    attachment.pair("contentType", "application/vnd.microsoft.card.adaptive")
                    attachment.key("content")
                    card(alerts, into: &attachment)
                }
            }
        }
        return writer.bytes
    }

    private static func card(_ alerts: [Alert], into writer: inout JSONWriter) {
        writer.object { card in
            card.pair("$schema", "http://adaptivecards.io/schemas/adaptive-card.json")
            card.pair("type", "AdaptiveCard")
            card.pair("version", "1.4")
            card.key("msteams")
            card.object { $0.pair("width", "Full") }
            card.key("body")
            card.array { body in
                for alert in alerts.prefix(alertLimit) {
                    let facts = ChatFacts(alert)
                    container(alert, facts, into: &body)
                }
            }
        }
    }

    private static func container(_ alert: Alert, _ facts: ChatFacts, into writer: inout JSONWriter) {
        writer.object { container in
            container.pair("type", "Container")
            container.pair("style", alert.level >= .high ? "attention" : alert.level == .medium ? "warning" : "default")
            container.key("separator")
            container.value(true)
            container.key("items")
            container.array { items in
                runs([Run(facts.title, isBold: true, isLarge: true)], into: &items)
                runs([Run(facts.sentence)], into: &items)
                for fact in facts.facts {
                    runs([Run("\(fact.name): ", isBold: true), Run(fact.value)], into: &items)
                }
            }
        }
    }

    private struct Run {
        var text: String
        var isBold: Bool
        var isLarge: Bool

        init(_ text: String, isBold: Bool = false, isLarge: Bool = false) {
            self.text = text
            self.isBold = isBold
            self.isLarge = isLarge
        }
    }

    private static func runs(_ runs: [Run], into writer: inout JSONWriter) {
        writer.object { block in
            block.pair("type", "RichTextBlock")
            block.key("inlines")
            block.array { inlines in
                for run in runs {
                    inlines.object { inline in
                        inline.pair("type", "TextRun")
                        inline.pair("text", run.text)
                        if run.isBold { inline.pair("weight", "Bolder") }
                        if run.isLarge { inline.pair("size", "Large") }
                    }
                }
            }
        }
    }
}
