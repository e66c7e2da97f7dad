internal import Mustache
internal import Signals

/// The pages' templates, and the files beside them.
struct Templates: Sendable {
    private let library: MustacheLibrary
    private let assets: [String: Asset]

    /// A file as it is sent.
    struct Asset: Sendable {
        var type: String
        var bytes: [UInt8]
    }

    /// Those that were compiled in.
    ///
    /// - Throws: ``ConsoleError`` for a template that is none.
    static func builtIn() throws(ConsoleError) -> Templates { try Templates(WebSources.all) }

    private init(_ sources: [(path: String, text: String)]) throws(ConsoleError) {
        MustacheContentTypes.register(EscapedHTML(), named: EscapedHTML.name)
        var library = MustacheLibrary()
        var assets: [String: Asset] = [:]
        for (path, text) in sources {
            let file = String(path.split(separator: "/").last ?? "")
            if let name = file.dropped(".mustache") {
                do {
                    // A template that another one takes in begins with the library's own escaping again.
                    try library.register("{{% CONTENT_TYPE:\(EscapedHTML.name)}}\(text)", named: name)
                } catch {
                    throw ConsoleError("the page \(path) cannot be read: \(error)")
                }
            } else {
                assets[file] = Asset(type: Self.type(of: file), bytes: Array(text.utf8))
            }
        }
        self.library = library
        self.assets = assets
    }

    private static func type(of file: String) -> String {
        switch file.split(separator: ".").last {
        case "css": "text/css; charset=utf-8"
        case "js": "text/javascript; charset=utf-8"
        case "svg": "image/svg+xml"
        default: "application/json"
        }
    }

    func asset(_ name: String) -> Asset? { assets[name] }

    /// A page of what a view says; every text of the view is text in it.
    func page(_ name: String, _ view: Any) -> String { library.render(view, withTemplate: name) ?? "" }
}

/// Escapes texts for HTML, in elements and in attributes within double quotes.
///
/// Scalar by scalar: swift-mustache's own escaping goes by characters, and a quotation mark with an accent on it is another
/// character, which it lets stand, while a browser sees the quotation mark.
struct EscapedHTML: MustacheContentType {
    static let name = "ESCAPED"

    func escapeText(_ text: String) -> String { Markup.escape(text) }
}

extension String {
    /// The text before an ending that it has.
    fileprivate func dropped(_ ending: String) -> String? {
        hasSuffix(ending) ? String(dropLast(ending.count)) : nil
    }
}
