import Testing

/// Everything that is tried on a real Docker engine, one after the other, in namespaces of its own.
///
/// One engine serves all of it; it dies with the test run, however that ends.
@Suite(
    .serialized,
    .onOwnThread,
    .enabled(
        if: Laboratory.isPossible,
        "needs root, dockerd, docker and busybox-static; Scripts/setup installs them: the guard is NOT tried on a real engine"
    ),
    // The shortest limit counts, whatever a test says for itself.
    .timeLimit(.minutes(DockerPyInstallation.isWhole ? 20 : 5))
)
enum DockerGuardLab {}
