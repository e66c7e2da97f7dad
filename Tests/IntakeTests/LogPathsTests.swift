import Foundation
@testable import Intake
import Testing

@Suite struct LogPathsTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// What becomes of `paths` below the folder, told without the folder.
    private func expand(_ paths: String...) -> [String] {
        LogPaths.expand(paths.map { $0 == "-" ? $0 : "\(folder.path)/\($0)" }).map { expansion in
            switch expansion {
            case .file(let path): path.replacingOccurrences(of: folder.path + "/", with: "")
            case .failure(let path, let reason):
                "\(path.replacingOccurrences(of: folder.path + "/", with: "")): \(reason)"
            }
        }
    }

    @Test func `a folder is its files in the order of their names, folders within it in their place, no hidden ones`()
        throws
    {
        for name in ["b.log", "a/z.log", "a/y/x.log", "B.log", ".hidden", ".git/config", "c.log.gz", "a/.swp"] {
            try folder.write(name, [])
        }
        #expect(expand("") == ["B.log", "a/y/x.log", "a/z.log", "b.log", "c.log.gz"])
        #expect(expand("a/") == ["a/y/x.log", "a/z.log"])
        // What is named is meant.
        #expect(expand(".hidden") == [".hidden"])
    }

    @Test func `paths come in the order named, each file once`() throws {
        for name in ["one", "two"] { try folder.write(name, []) }
        try folder.link("link", to: "one")
        #expect(expand("two", "-", "one") == ["two", "-", "one"])
        #expect(expand("two", "") == ["two", "link"])
        #expect(expand("one", "one", "link") == ["one"])
    }

    @Test func `a pattern is expanded, and a name that looks like one is taken as it is`() throws {
        for name in ["a.log", "b.log", "c.txt", "x[1].log", "d/e.log"] { try folder.write(name, []) }
        #expect(expand("*.log") == ["a.log", "b.log", "x[1].log"])
        #expect(expand("[ab].*") == ["a.log", "b.log"])
        #expect(expand("x[1].log") == ["x[1].log"])
        #expect(expand("?") == ["d/e.log"])
        #expect(expand("*.gz") == ["*.gz: nothing matches"])
    }

    @Test func `a path that leads nowhere is told by itself`() throws {
        try folder.write("a", [])
        try folder.link("loop", to: "loop")
        #expect(
            expand("absent", "a", "a/b", "loop") == [
                "absent: no such file or folder", "a", "a/b: Not a directory", "loop: its links lead in a circle",
            ]
        )
    }

    @Test func `links are followed to files and not to folders, so that a circle ends`() throws {
        try folder.write("d/a", [])
        try folder.write("outside", [])
        try folder.link("d/up", to: "..")
        try folder.link("d/self", to: ".")
        try folder.link("d/file", to: "../outside")
        try folder.link("d/nowhere", to: "absent")
        #expect(expand("d") == ["d/a", "d/file", "d/nowhere"])
        // A link that is named is followed.
        #expect(expand("d/up/d") == ["d/up/d/a", "d/up/d/file", "d/up/d/nowhere"])
    }

    @Test func `names may hold line breaks, spaces and bytes that are no UTF-8`() throws {
        try folder.write("two\nlines and a \u{1b}[31m", [])
        #expect(expand("") == ["two\nlines and a \u{1b}[31m"])
    }

    @Test func `a pipe in a folder is left out, since reading it could wait for ever`() throws {
        try folder.write("a", [])
        #expect(unsafe mkfifo("\(folder.path)/pipe", 0o600) == 0)
        #expect(expand("") == ["a"])
        #expect(expand("pipe") == ["pipe"])
    }

    @Test func `folders are walked to a depth`() throws {
        let deep = (0..<70).map { "d\($0)" }.joined(separator: "/")
        try folder.write("\(deep)/log", [])
        try folder.write("e", [])
        let found = expand("")
        #expect(found.count == 2 && found[1] == "e")
        #expect(found[0].hasSuffix("/d63: folders are nested deeper than 64"))
    }

    @Test(.enabled(if: geteuid() != 0, "root may read everything"))
    func `a folder without permission is told`() throws {
        try folder.write("closed/log", [])
        try folder.write("open", [])
        let closed = "\(folder.path)/closed"
        try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: closed)
        defer { try? FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: closed) }
        #expect(expand("") == ["closed: the folder cannot be read: permission denied", "open"])
    }
}
