#if Guard
    internal import DockerGuard

    /// What each profile holds requests to, as a Markdown table made from the one definition of its parts.
    enum ProfileTable {
        static var markdown: String {
            let head = "| part | strict | baseline | what it refuses | a policy opens it |\n|---|---|---|---|---|\n"
            return ProfilePart.allCases.reduce(into: head) { table, part in
                let marks = [Profile.strict, .baseline].map { part.profiles.contains($0) ? "refused" : "passes" }
                table +=
                    "| `\(part.rawValue)` | \(marks.joined(separator: " | ")) | \(part.title) | \(opening(part)) |\n"
            }
        }

        private static func opening(_ part: ProfilePart) -> String {
            switch part.matching {
            case .whole: "whole"
            case .word, .text: "whole or for listed values"
            case .directory: "whole or at and below listed paths"
            case .pattern: "whole or for listed values, with `*`"
            }
        }
    }
#endif
