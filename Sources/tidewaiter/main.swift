internal import Commands
internal import Foundation

exit(Tidewaiter.start())
