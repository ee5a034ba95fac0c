import Foundation
import Testing

@testable import RSPipeline

struct LandsatMetadataTests {
    private static let isInstalled = SceneTestData.isInstalled

    private func read(_ text: String) throws(SceneError) -> LandsatMetadata {
        try LandsatMetadata(bytes: Array(text.utf8), path: "x_MTL.txt")
    }

    // MARK: Real files

    @Test(.enabled(if: isInstalled, "real data is not installed"))
    func everyRealFileIsReadOrRefusedWithAReason() throws {
        let files = SceneTestData.metadataFiles()
        #expect(files.count >= 30)
        for file in files {
            if file.hasSuffix("test_broken_MTL.txt") {
                let error = try SceneTestData.error { () throws(SceneError) in
                    try LandsatMetadata(path: SceneTestData.path(file))
                }
                #expect(error.code == .badMetadata)
                #expect(error.message.contains("line 16") && error.message.contains("test_broken_MTL.txt"))
                continue
            }
            let metadata = try LandsatMetadata(path: SceneTestData.path(file))
            #expect(metadata.groups.count > 5, "\(file)")
            #expect(metadata.value("ORIGIN", in: metadata.origin) != nil, "\(file)")
        }
    }

    @Test(
        .enabled(if: isInstalled, "real data is not installed"),
        arguments: [
            "LC08_L1GT_089074_20220506_20220512_02_T2/LC08_L1GT_089074_20220506_20220512_02_T2_MTL",
            "C2_L2_512/LC08_L2SP_017036_20130419_20200913_02_T2_MTL",
            "LC08_L2SP_098084_20210503_20210508_02_T1/LC08_L2SP_098084_20210503_20210508_02_T1_MTL",
            "mtl/LC08_L2SP_047027_20201204_20210313_02_T1_MTL",
            "mtl/LC08_L2SR_084024_20160111_20201016_02_T1_MTL",
            "mtl/LC09_L1GT_121157_20230211_20230310_02_T2_MTL",
            "mtl/LC09_L1TP_166072_20220203_20220203_02_T1_MTL",
            "mtl/LC09_L2SP_010065_20220129_20220131_02_T1_MTL",
            "mtl/LC09_L2SP_191031_20220322_20220324_02_T1_MTL",
        ])
    func formsAgreeOnEveryValue(stem: String) throws {
        let text = try LandsatMetadata(path: SceneTestData.path("landsat/\(stem).txt"))
        var compared = 0
        for form in ["json", "xml"] {
            let path = SceneTestData.path("landsat/\(stem).\(form)")
            guard FileManager.default.fileExists(atPath: path) else { continue }
            let other = try LandsatMetadata(path: path)
            #expect(other.root == text.root)
            #expect(Set(other.groups.keys) == Set(text.groups.keys))
            for (group, values) in text.groups {
                #expect(Set(other.groups[group].map { Array($0.keys) } ?? []) == Set(values.keys), "\(form) \(group)")
                for (key, value) in values {
                    let theirs = other.groups[group]?[key] ?? "(none)"
                    if let a = DecimalNumber.read(value), let b = DecimalNumber.read(theirs) {
                        #expect(a == b, "\(form) \(group) \(key)")
                    } else {
                        #expect(theirs == value, "\(form) \(group) \(key)")
                    }
                }
            }
            compared += 1
        }
        #expect(compared >= 1)
    }

    @Test(.enabled(if: isInstalled, "real data is not installed"), arguments: ["txt", "json", "xml"])
    func sameKeyInTwoGroupsOfALevel2FileKeepsBothValues(form: String) throws {
        let metadata = try LandsatMetadata(
            path: SceneTestData.path("landsat/C2_L2_512/LC08_L2SP_017036_20130419_20200913_02_T2_MTL.\(form)"))
        let key = "REFLECTANCE_MULT_BAND_2"
        #expect(try metadata.requiredNumber(key, in: "LEVEL2_SURFACE_REFLECTANCE_PARAMETERS") == 2.75e-05)
        #expect(try metadata.requiredNumber(key, in: "LEVEL1_RADIOMETRIC_RESCALING") == 2.0e-05)
    }

    // MARK: The text form

    @Test(arguments: ["", "\0", "\0\0\0\0", "   ", "\n\n\0\0", "\nanything at all \u{1}"])
    func whatFollowsEndDoesNotMatter(padding: String) throws {
        var text = SceneTestData.metadata()
        if padding.hasPrefix("\0") || padding.hasPrefix(" ") { text.removeLast() }
        let metadata = try read(
            text + padding + String(repeating: padding.isEmpty ? "" : "\0", count: 70_000 - text.count))
        #expect(metadata.value("SPACECRAFT_ID", in: "IMAGE_ATTRIBUTES") == "LANDSAT_8")
    }

    @Test func blanksReturnsAndAMissingEndAreTaken() throws {
        let plain = try read(SceneTestData.metadata())
        let returns = SceneTestData.metadata().replacingOccurrences(of: "\n", with: "   \r\n")
        #expect(try read(returns).groups == plain.groups)
        let withoutEnd = SceneTestData.metadata().replacingOccurrences(of: "\nEND\n", with: "\n")
        #expect(try read(withoutEnd).groups == plain.groups)
        #expect(try read("\u{FEFF}" + SceneTestData.metadata()).groups == plain.groups)
    }

    @Test(
        arguments: [
            ("", "empty"), ("\0\0\0", "empty"), ("hello", "not KEY = VALUE"),
            ("GROUP = L1_METADATA_FILE\n A = 1\n", "truncated"),
            ("GROUP = L1_METADATA_FILE\nEND\n", "inside group"),
            ("GROUP = L1_METADATA_FILE\nEND_GROUP = OTHER\n", "closes"),
            ("A = 1\n", "outside every group"), ("GROUP = \n", "without a name"),
            ("GROUP = L1_METADATA_FILE\n A = \"x\n", "quote"), ("GROUP = L1_METADATA_FILE\n A B = 1\n", "not a key"),
            ("GROUP = L1_METADATA_FILE\n A = 1\n A = 2\n", "twice"),
            ("GROUP = L1_METADATA_FILE\n A = x\u{1}y\n", "control characters"),
            ("GROUP = L1_METADATA_FILE\nEND_GROUP = L1_METADATA_FILE\nGROUP = B\n", "second outermost"),
            (String(repeating: "GROUP = A\n", count: 50), "deep"),
        ])
    func damagedTextIsRefused(text: String, reason: String) throws {
        let error = try SceneTestData.error { () throws(SceneError) in try read(text) }
        #expect(error.code == .badMetadata)
        #expect(error.message.contains(reason), "\(error)")
        #expect(error.message.contains("x_MTL.txt"))
    }

    @Test func sameKeyTwiceWithOneValueIsTaken() throws {
        let metadata = try read("GROUP = L1_METADATA_FILE\n A = 1\n A = 1\nEND_GROUP = L1_METADATA_FILE\nEND\n")
        #expect(metadata.value("A", in: "L1_METADATA_FILE") == "1")
    }

    @Test func otherFilesAreNotRecognised() throws {
        for text in ["GROUP = X\nEND_GROUP = X\nEND", "{\"type\": {}}", "<html><a>1</a></html>"] {
            let error = try SceneTestData.error { () throws(SceneError) in try read(text) }
            #expect(error.code == .notRecognised)
        }
    }

    @Test func hugeAndMissingFilesAreRefused() throws {
        let huge = [UInt8](repeating: 0x20, count: LandsatMetadata.sizeLimit + 1)
        #expect(
            try SceneTestData.error { () throws(SceneError) in try LandsatMetadata(bytes: huge, path: "x") }.code
                == .badMetadata)
        #expect(
            try SceneTestData.error { () throws(SceneError) in try LandsatMetadata(path: "/nowhere/x_MTL.txt") }.code
                == .notFound)
        #expect(
            try SceneTestData.error { () throws(SceneError) in try LandsatMetadata(path: "/dev/zero") }.code
                == .unreadable)
    }

    @Test func onlyFiniteDecimalNumbersAreNumbers() throws {
        #expect(DecimalNumber.read("1.2929E-02") == 0.012929)
        #expect(DecimalNumber.read("-61.66345") == -61.66345)
        for text in ["", "nan", "inf", "0x10", "1,5", "1.5.2", "1e999", " 1", "1_000", "٣"] {
            #expect(DecimalNumber.read(text) == nil, "\(text)")
        }
    }

    @Test func aMissingOrBadNumberNamesKeyGroupAndFile() throws {
        let metadata = try read("GROUP = L1_METADATA_FILE\n A = 1,5\nEND_GROUP = L1_METADATA_FILE\nEND\n")
        for key in ["A", "B"] {
            let error = try SceneTestData.error { () throws(SceneError) in
                try metadata.requiredNumber(key, in: "L1_METADATA_FILE")
            }
            #expect(error.code == .badMetadata)
            for word in [key, "L1_METADATA_FILE", "x_MTL.txt"] { #expect(error.message.contains(word)) }
        }
    }

    // MARK: JSON and XML

    @Test func jsonKeepsDigitsEscapesAndNesting() throws {
        let metadata = try read(
            #"""
            {"L1_METADATA_FILE": {"A": {"N": 2.750E-05, "S": " a\"b\u0041\/ ", "E": "", "Z": null, "T": true}, "B": {}}}
            """# + "\n\0\0")
        #expect(metadata.groups["A"] == ["N": "2.750E-05", "S": "a\"bA/", "E": "", "Z": "", "T": "true"])
        #expect(metadata.value("Z", in: "A") == nil)
        #expect(metadata.groups["B"] == [:])
    }

    @Test(
        arguments: [
            "{", "{}", #"{"A""#, #"{"A": 1}"#, #"{"A": {"B": [1]}}"#, #"{"A": {"B": 1,}}"#, #"{"A": {"B": 1} "#,
            #"{"A": {"B": 1}} x"#, #"{"A": {"B": nan}}"#, #"{"A": {"B": "\u00"}}"#, #"{"A": {"B": "\q"}}"#,
            #"{"A": {"B": 1, "B": 2}}"#, String(repeating: #"{"A":"#, count: 5000), "<", "<a>", "<a><b>1</a>",
            "<a><b>1</b><b>2</b></a>", String(repeating: "<a>", count: 5000),
            "<?xml version='1.0' encoding='UTF-16'?><a><b>1</b></a>",
            "<?xml version='1.0' encoding='UTF-7'?><a><b>1</b></a>",
        ])
    func damagedJSONAndXMLAreRefused(text: String) throws {
        let error = try SceneTestData.error { () throws(SceneError) in try read(text) }
        #expect(error.code == .badMetadata, "\(error)")
    }

    @Test(
        arguments: [
            "<!DOCTYPE r [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><L1_METADATA_FILE><G><A>&b;</A></G></L1_METADATA_FILE>",
            "<!doctype r SYSTEM \"file:///etc/hostname\"><L1_METADATA_FILE><G><A>1</A></G></L1_METADATA_FILE>",
        ])
    func aDocumentTypeIsRefused(text: String) throws {
        let error = try SceneTestData.error { () throws(SceneError) in
            try read("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + text)
        }
        #expect(error.code == .badMetadata)
        #expect(error.message.contains("document type"))
    }

    @Test func undefinedEntitiesAreRefusedAndStandardOnesRead() throws {
        let fine = try read("<L1_METADATA_FILE><G><A> a &amp; b </A></G></L1_METADATA_FILE>\n\0")
        #expect(fine.value("A", in: "G") == "a & b")
        #expect(throws: SceneError.self) { try read("<L1_METADATA_FILE><G><A>&x;</A></G></L1_METADATA_FILE>") }
    }

    // MARK: Mutations

    @Test(arguments: 0..<200)
    func damageNeverTraps(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let text = SceneTestData.metadata()
        let json = """
            {"LANDSAT_METADATA_FILE": {"PRODUCT_CONTENTS": {"PROCESSING_LEVEL": "L1TP", "N": -1.5e-3, "X": null}, \
            "IMAGE_ATTRIBUTES": {"SPACECRAFT_ID": "LANDSAT\\u005F8", "SUN_ELEVATION": 18.8}}}
            """
        let xml = """
            <?xml version="1.0" encoding="UTF-8"?><LANDSAT_METADATA_FILE><PRODUCT_CONTENTS><A>1</A><B>x &lt;</B>\
            </PRODUCT_CONTENTS><IMAGE_ATTRIBUTES><SUN_ELEVATION>18.8</SUN_ELEVATION></IMAGE_ATTRIBUTES>\
            </LANDSAT_METADATA_FILE>
            """
        for document in [text, json, xml] {
            for _ in 0..<10 { damage(Array(document.utf8), &random) }
        }
    }

    @Test(.enabled(if: isInstalled, "real data is not installed"), arguments: 0..<200)
    func damageToRealFilesNeverTraps(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let files = SceneTestData.metadataFiles()
        let file = try #require(files.randomElement(using: &random))
        damage(try SceneTestData.bytes(file), &random)
    }

    /// Changes some bytes and reads the result, which must succeed or throw with a message.
    private func damage(_ original: [UInt8], _ random: inout SplitMix64) {
        var bytes = original
        for _ in 0..<Int.random(in: 1...8, using: &random) {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 2: bytes.remove(at: place)
            case 3: bytes.insert(contentsOf: bytes[place...].prefix(20), at: place)
            default: bytes.removeSubrange(place...)
            }
            if bytes.isEmpty { bytes = [0] }
        }
        do throws(SceneError) {
            let metadata = try LandsatMetadata(bytes: bytes, path: "x_MTL")
            _ = try LandsatProduct.open(
                metadata, files: .product(ProductFiles(root: "/nowhere", title: "/nowhere", names: []), prefix: ""),
                options: SceneOptions())
        } catch {
            #expect(!error.message.isEmpty)
        }
    }
}

extension LandsatMetadata {
    /// The group with the file's origin.
    fileprivate var origin: String { root == "L1_METADATA_FILE" ? "METADATA_FILE_INFO" : "PRODUCT_CONTENTS" }
}
