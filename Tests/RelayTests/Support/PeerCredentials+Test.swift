import Foundation
import Relay

extension PeerCredentials {
    static var ofThisProcess: PeerCredentials {
        PeerCredentials(processID: getpid(), userID: getuid(), groupID: getgid())
    }
}
