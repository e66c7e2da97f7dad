/// Makes bodies of creates, each of settings that may be dangerous, in spellings that Go reads.
struct OddBody {
    private var random: SplitMix

    init(seed: UInt64) { random = SplitMix(state: seed) }

    /// Settings of a HostConfig, as JSON: some dangerous, some not.
    private static let settings: [(key: String, values: [String])] = [
        ("Privileged", ["true", "false", "null"]),
        ("NetworkMode", [#""host""#, #""\u0068ost""#, #""bridge""#, #""none""#, #""default""#]),
        ("PidMode", [#""host""#, #""""#]),
        ("IpcMode", [#""host""#, #""private""#, #""none""#]),
        ("UTSMode", [#""host""#, #""""#]),
        ("UsernsMode", [#""host""#, #""""#]),
        (
            "CapAdd",
            [#"["SYS_ADMIN"]"#, #""SYS_ADMIN""#, #"["cap_sys_ptrace"]"#, #"["CHOWN"]"#, #""KILL""#, "[]", "null"]
        ),
        ("CapDrop", [#"["ALL"]"#, #""NET_RAW""#, "null"]),
        (
            "SecurityOpt",
            [#"["seccomp=unconfined"]"#, #"["apparmor:unconfined"]"#, #"["no-new-privileges"]"#, "[]", "null"]
        ),
        ("Binds", [#"["/:/h"]"#, #"["/etc:/e:ro"]"#, #"["/srv/lab/../..:/h"]"#, #"["/srv/lab:/d"]"#, "[]", "null"]),
        (
            "Mounts",
            [
                #"[{"Type":"bind","Source":"/","Target":"/m"}]"#, #"[{"type":"bind","source":"/etc","TARGET":"/m"}]"#,
                #"[{"Type":"tmpfs","Target":"/m"}]"#, #"[{"Type":"volume","Target":"/m"}]"#, "[]",
                #"[{"Type":"bind","Source":"/srv/lab","Target":"/m","ReadOnly":true}]"#,
            ]
        ),
        (
            "Devices",
            [#"[{"PathOnHost":"/dev/null","PathInContainer":"/dev/n","CgroupPermissions":"r"}]"#, "[]", "null"]
        ),
        ("DeviceCgroupRules", [#"["c 1:3 r"]"#, "null"]),
        ("MaskedPaths", ["[]", #"["/proc/kcore"]"#, "null"]),
        ("ReadonlyPaths", ["[]", "null"]),
        ("CgroupParent", [#""/elsewhere""#, #""""#]),
        ("Runtime", [#""runc""#, #""""#]),
        ("Memory", ["16777216", "0"]),
        ("Tmpfs", [#"{"/t":"size=1m"}"#, "null"]),
        ("Dns", [#"["192.0.2.1"]"#, "[]"]),
        ("ReadonlyRootfs", ["true", "false"]),
        ("Init", ["true", "null"]),
        ("NoSuchSetting", ["true", #"{"Privileged":true}"#]),
    ]

    /// The next one.
    mutating func next() -> String {
        let chosen = (0..<Int.random(in: 1...4, using: &random)).map { _ in pair(Self.settings) }
        var members = [#""Image":"busybox:latest""#, command()]
        if chance(5) { members.append(#""Labels":{"Privileged":"true"}"#) }
        if chance(8) { members.append("\(key("Env")):[\"HostConfig=Privileged\"]") }
        switch Int.random(in: 0..<12, using: &random) {
        case 0: members += chosen
        case 1: members += chosen + ["\(key("HostConfig")):null"]
        case 2:
            // Go merges what is said twice.
            members.append("\(key("HostConfig")):{\(chosen.dropFirst().joined(separator: ","))}")
            members.append("\(key("HostConfig")):{\(chosen[0])}")
        case 3:
            members.append("\(key("HostConfig")):{\((chosen + [pair(Self.settings)] + chosen).joined(separator: ","))}")
        default: members.append("\(key("HostConfig")):{\(chosen.joined(separator: space() + "," + space()))}")
        }
        members.shuffle(using: &random)
        let body = "\(space()){\(members.joined(separator: ","))}\(space())"
        return chance(15) ? body + #"{"HostConfig":{}}"# : body
    }

    private mutating func command() -> String {
        chance(4) ? "\(key("Cmd")):\"true\"" : "\(key("Cmd")):[\"true\"]"
    }

    private mutating func pair(_ settings: [(key: String, values: [String])]) -> String {
        guard let setting = settings.randomElement(using: &random),
            let value = setting.values.randomElement(using: &random)
        else { return "" }
        return "\(key(setting.key))\(space()):\(space())\(value)"
    }

    /// A key as it is, or in one of the spellings that mean the same to Go.
    private mutating func key(_ name: String) -> String {
        switch Int.random(in: 0..<10, using: &random) {
        case 0: "\"\(name.lowercased())\""
        case 1: "\"\(name.uppercased())\""
        case 2: "\"\(String(name.map { Bool.random(using: &random) ? Character($0.lowercased()) : $0 }))\""
        case 3: "\"\(name.replacing("s", with: "\u{17F}", maxReplacements: 1))\""
        case 4: "\"\(name.replacing("k", with: "\u{212A}", maxReplacements: 1))\""
        case 5: escaped(name)
        default: "\"\(name)\""
        }
    }

    private mutating func escaped(_ name: String) -> String {
        let place = Int.random(in: 0..<name.count, using: &random)
        let letters = name.unicodeScalars.enumerated().map { index, letter in
            guard index == place else { return String(letter) }
            let digits = String(letter.value, radix: 16, uppercase: chance(2))
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
        return "\"\(letters.joined())\""
    }

    private mutating func space() -> String { chance(6) ? [" ", "\n", "\t"].randomElement(using: &random) ?? "" : "" }

    private mutating func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &random) == 0 }
}

/// Random numbers that a seed determines.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
