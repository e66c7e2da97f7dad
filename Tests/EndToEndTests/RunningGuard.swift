/// A Docker guard that runs until the test is done with it.
struct RunningGuard {
    let socket: String
    private let program: RunningProgram

    /// Starts it, on a socket in `folder`, before an engine that need not be there.
    init(_ arguments: [String] = [], in folder: Folder, environment: [String: String] = [:]) throws {
        socket = folder.path("guard.sock")
        program = try RunningProgram(
            ["guard", "docker", "--listen", "unix://\(socket)", "--upstream", "unix://\(folder.path("engine.sock"))"]
                + arguments,
            in: folder,
            environment: environment
        )
    }

    var folder: Folder { program.folder }
    var messages: String { program.messages }
    func signal(_ number: Int32) { program.signal(number) }
    func end() -> Int32 { program.end() }
    func says(_ text: String) -> Bool { program.says(text) }
}
