// swift-tools-version: 6.2
import PackageDescription

/// Whether libFuzzer's targets are built, and the rest with the marks that guide it: see Scripts/fuzz.
let isFuzzing = Context.environment["TIDEWAITER_FUZZ"] == "1"
let fuzzing: [SwiftSetting] = isFuzzing ? [.unsafeFlags(["-sanitize=fuzzer"])] : []

let strict: [SwiftSetting] =
    fuzzing + [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        .strictMemorySafety(),
    ]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let log = Target.Dependency.product(name: "Logging", package: "swift-log")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let serviceLifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let nioTLS = Target.Dependency.product(name: "NIOTLS", package: "swift-nio")
let x509 = Target.Dependency.product(name: "X509", package: "swift-certificates")
let swiftASN1 = Target.Dependency.product(name: "SwiftASN1", package: "swift-asn1")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
    name: "tidewaiter",
    platforms: [.macOS("26.0")],
    products: [
        .executable(name: "tidewaiter", targets: ["tidewaiter"]),
        .library(name: "Sigma", targets: ["Sigma"]),
        .library(name: "SigmaTesting", targets: ["SigmaTesting"]),
        .library(name: "Deployments", targets: ["Deployments"]),
    ],
    traits: [
        .trait(name: "Guard", description: "The guards and the network libraries that they stand on"),
        .trait(name: "Watch", description: "Live detection, its sources, ledger and outputs", enabledTraits: ["Guard"]),
        .default(enabledTraits: ["Guard", "Watch"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // Rooms, lowest floor first; a target imports only lower ones.
        .target(name: "CSimdjson", linkerSettings: [.linkedLibrary("simdjson")]),
        .target(name: "CPatterns", linkerSettings: [.linkedLibrary("hs"), .linkedLibrary("re2")]),
        .systemLibrary(name: "CAccessControl"),
        .systemLibrary(name: "CCrypto"),
        .systemLibrary(name: "CNamespaces"),
        .systemLibrary(name: "CMemory"),
        .systemLibrary(name: "CZlib"),
        .systemLibrary(name: "CZstd"),
        .target(name: "PrometheusMetrics", swiftSettings: strict),
        .target(name: "JSON", dependencies: ["CSimdjson"], swiftSettings: strict),
        .target(name: "Patterns", dependencies: ["CPatterns"], swiftSettings: strict),
        .target(name: "Sigma", dependencies: ["Patterns", yams], swiftSettings: strict),
        .target(name: "SigmaTesting", dependencies: ["Sigma", yams], swiftSettings: strict),
        .target(name: "Deployments", swiftSettings: strict),
        .target(name: "Dialects", dependencies: ["JSON", "Patterns", "Deployments", yams], swiftSettings: strict),
        .target(name: "PodSecurity", dependencies: ["Dialects"], swiftSettings: strict),
        .target(
            name: "Judge",
            dependencies: ["CCrypto", "PrometheusMetrics", "JSON", "Sigma", "Deployments", "Dialects", "PodSecurity"],
            swiftSettings: strict,
            plugins: ["EmbedTexts"]
        ),
        .executableTarget(name: "embed-texts"),
        .plugin(name: "EmbedTexts", capability: .buildTool(), dependencies: ["embed-texts"]),
        .target(
            name: "Intake",
            dependencies: ["CZlib", "CZstd", "JSON", "Deployments", "Dialects"],
            swiftSettings: strict
        ),
        .target(name: "Authority", dependencies: [crypto, swiftASN1, x509], swiftSettings: strict),
        .target(
            name: "KubernetesAPI",
            dependencies: ["JSON", "Sigma", asyncHTTPClient, nioCore, nioHTTP1, nioSSL],
            swiftSettings: strict
        ),
        .target(
            name: "Posture",
            dependencies: ["JSON", "Sigma", "Deployments", "Dialects", yams],
            swiftSettings: strict
        ),
        .target(
            name: "Inspection",
            dependencies: [
                "CAccessControl", "CNamespaces", "JSON", "Deployments", "KubernetesAPI", "Posture", asyncHTTPClient,
                nioCore,
                nioHTTP1, nioPosix, nioSSL, swiftASN1, x509,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Relay",
            dependencies: ["CCrypto", "PrometheusMetrics", nioCore, nioPosix, nioSSL, nioTLS],
            swiftSettings: strict
        ),
        .target(
            name: "DockerGuard",
            dependencies: ["PrometheusMetrics", "JSON", "Sigma", "Deployments", "Dialects", "Judge", "Relay", yams],
            swiftSettings: strict
        ),
        .target(
            name: "KubernetesGuard",
            dependencies: [
                "Authority", "PrometheusMetrics", "JSON", "Sigma", "Deployments", "Dialects", "PodSecurity", "Judge",
                "KubernetesAPI", "Relay",
            ],
            swiftSettings: strict,
            plugins: ["EmbedTexts"]
        ),
        .target(
            name: "LiveIntake",
            dependencies: [
                "CCrypto", "PrometheusMetrics", "JSON", "Deployments", "Dialects", "Intake", "KubernetesAPI", "Relay",
                asyncHTTPClient, nioCore,
                nioHTTP1, nioPosix, nioSSL,
            ],
            swiftSettings: strict
        ),
        .target(name: "Ledger", dependencies: ["JSON", "Deployments", grdb], swiftSettings: strict),
        .target(
            name: "Signals",
            dependencies: ["JSON", "Deployments", "Sigma", "Judge", "Posture"],
            swiftSettings: strict
        ),
        .target(
            name: "Console",
            dependencies: [
                "JSON", "Sigma", "Deployments", "Judge", "Relay", "Ledger", "Signals", crypto, httpTypes, hummingbird,
                hummingbirdCore, log, mustache, nioCore, serviceLifecycle, unixSignals,
            ],
            exclude: ["Web"],
            swiftSettings: strict,
            plugins: ["EmbedTexts"]
        ),
        .target(
            name: "Delivery",
            dependencies: [
                "CZlib", "PrometheusMetrics", "JSON", "Sigma", "Deployments", "KubernetesAPI", "Signals",
                asyncHTTPClient, crypto,
                nioCore, nioHTTP1, nioPosix, nioSSL, nioTLS,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Watch",
            dependencies: [
                "PrometheusMetrics", "JSON", "Sigma", "Deployments", "Dialects", "Judge", "Intake", "KubernetesAPI",
                "Relay",
                "LiveIntake", "Ledger", "Signals", "Delivery",
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Commands",
            dependencies: [
                "JSON", "Sigma", "SigmaTesting", "Deployments", "Dialects", "PodSecurity", "Judge", "Intake", "Signals",
                argumentParser,
                .target(name: "CMemory", condition: .when(traits: ["Guard"])),
                .target(name: "Authority", condition: .when(traits: ["Guard"])),
                .target(name: "Inspection", condition: .when(traits: ["Guard"])),
                .target(name: "KubernetesAPI", condition: .when(traits: ["Guard"])),
                .target(name: "Posture", condition: .when(traits: ["Guard"])),
                .target(name: "PrometheusMetrics", condition: .when(traits: ["Guard"])),
                .target(name: "Relay", condition: .when(traits: ["Guard"])),
                .target(name: "DockerGuard", condition: .when(traits: ["Guard"])),
                .target(name: "KubernetesGuard", condition: .when(traits: ["Guard"])),
                .target(name: "LiveIntake", condition: .when(traits: ["Watch"])),
                .target(name: "Ledger", condition: .when(traits: ["Watch"])),
                .target(name: "Console", condition: .when(traits: ["Watch"])),
                .target(name: "Delivery", condition: .when(traits: ["Watch"])),
                .target(name: "Watch", condition: .when(traits: ["Watch"])),
            ],
            swiftSettings: strict
        ),
        .executableTarget(name: "tidewaiter", dependencies: ["Commands"], swiftSettings: strict),

        .testTarget(name: "JSONTests", dependencies: ["JSON"], swiftSettings: strict),
        .testTarget(name: "PatternsTests", dependencies: ["Patterns"], swiftSettings: strict),
        .testTarget(name: "SigmaTests", dependencies: ["Sigma", "SigmaTesting"], swiftSettings: strict),
        .testTarget(name: "DeploymentsTests", dependencies: ["Deployments"], swiftSettings: strict),
        .testTarget(name: "DialectsTests", dependencies: ["JSON", "Deployments", "Dialects"], swiftSettings: strict),
        .testTarget(
            name: "PodSecurityTests",
            dependencies: ["PodSecurity", "Deployments", "Dialects"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "JudgeTests",
            dependencies: ["Judge", "Sigma", "SigmaTesting", "Deployments", "Dialects", "JSON"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "IntakeTests",
            dependencies: ["CZlib", "CZstd", "Intake", "Deployments", "Dialects"],
            swiftSettings: strict
        ),
        .testTarget(name: "PrometheusMetricsTests", dependencies: ["PrometheusMetrics"], swiftSettings: strict),
        .testTarget(
            name: "AuthorityTests",
            dependencies: ["Authority", nioSSL, swiftASN1, x509],
            swiftSettings: strict
        ),
        .target(
            name: "KubernetesAPITesting",
            dependencies: [crypto, nioCore, nioHTTP1, nioPosix, nioSSL, swiftASN1, x509],
            path: "Tests/KubernetesAPITesting",
            swiftSettings: strict
        ),
        .testTarget(
            name: "KubernetesAPITests",
            dependencies: ["KubernetesAPI", "KubernetesAPITesting", "JSON", "Sigma"],
            swiftSettings: strict
        ),
        .testTarget(name: "PostureTests", dependencies: ["Posture", "Deployments", "Sigma"], swiftSettings: strict),
        .testTarget(
            name: "InspectionTests",
            dependencies: ["Inspection", "Posture", "KubernetesAPI", "KubernetesAPITesting"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "RelayTests",
            dependencies: ["Relay", "PrometheusMetrics", nioCore, nioPosix, nioEmbedded, nioSSL],
            swiftSettings: strict
        ),
        .testTarget(
            name: "DockerGuardTests",
            dependencies: [
                "DockerGuard", "PrometheusMetrics", "Relay", "Dialects", "Judge", "Sigma", "Deployments", "JSON",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "KubernetesGuardTests",
            dependencies: [
                "KubernetesGuard", "Authority", "KubernetesAPI", "KubernetesAPITesting", "PrometheusMetrics", "Relay",
                "Dialects",
                "PodSecurity", "Judge", "Sigma", "Deployments", "JSON", nioCore, nioPosix, nioSSL, swiftASN1, x509,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "SignalsTests",
            dependencies: ["JSON", "Signals", "Judge", "Posture", "Sigma", "Deployments"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "LiveIntakeTests",
            dependencies: [
                "LiveIntake", "Intake", "Dialects", "Deployments", "JSON", "PrometheusMetrics", "KubernetesAPI",
                "KubernetesAPITesting", "Relay", nioCore, nioHTTP1, nioPosix, nioSSL,
            ],
            swiftSettings: strict
        ),
        .target(name: "ProcessTesting", path: "Tests/ProcessTesting", swiftSettings: strict),
        .testTarget(
            name: "LedgerTests",
            dependencies: ["Ledger", "Deployments", "ProcessTesting"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ConsoleTests",
            dependencies: ["Console", "Ledger", "Deployments", "JSON", "Judge", asyncHTTPClient, nioCore, nioHTTP1],
            swiftSettings: strict
        ),
        .testTarget(
            name: "DeliveryTests",
            dependencies: [
                "Delivery", "Deployments", "JSON", "KubernetesAPI", "KubernetesAPITesting", "PrometheusMetrics",
                "Sigma",
                "Signals",
                nioCore, nioHTTP1, nioPosix, nioSSL,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "WatchTests",
            dependencies: [
                "Watch", "LiveIntake", "Ledger", "Delivery", "Judge", "Sigma", "Intake", "Dialects", "Deployments",
                "JSON",
                "PrometheusMetrics", "Signals",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "WatchEndToEndTests",
            dependencies: ["tidewaiter", "ProcessTesting"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ConsoleEndToEndTests",
            dependencies: ["tidewaiter", "ProcessTesting"],
            exclude: ["browser.py", "page.js"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["tidewaiter", "KubernetesAPITesting"],
            exclude: ["Golden", "Webhook/reviewer.py"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "AuditEndToEndTests",
            dependencies: ["tidewaiter", "ProcessTesting"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "DockerGuardEndToEndTests",
            dependencies: ["tidewaiter"],
            exclude: ["Clients/terminal.py", "Clients/docker-py.yml", "Clients/docker-py-strict.yml"],
            swiftSettings: strict
        ),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)

if isFuzzing {
    package.targets += [
        .target(
            name: "Fuzzing",
            dependencies: [
                "JSON", "Sigma", "Deployments", "Dialects", "PodSecurity", "Judge", "Intake", "LiveIntake",
                "Relay", "KubernetesAPI", "KubernetesGuard", "Posture", "Signals",
            ],
            path: "Fuzz/Fuzzing",
            swiftSettings: fuzzing
        ),
        .executableTarget(
            name: "fuzz",
            dependencies: ["Fuzzing"],
            path: "Fuzz/fuzz",
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer"])]
        ),
    ]
    package.products.append(.executable(name: "fuzz", targets: ["fuzz"]))
}
