extension IndexCatalogue {
    /// The indices of this library, with the names that papers give them.
    ///
    /// The qualifier of an alias says whose naming it is: the author and year of the paper, or `Rani2022` for the list
    /// of the R package SoilSaltIndex, `Gorji2019` for `imageIndices` of the R package soilassessment, `Aksoy2022` for
    /// the code of doi 10.1016/j.asr.2021.10.024, `IndexDB` for the Index DataBase and `ASI` for Awesome Spectral
    /// Indices.
    public static let builtin: IndexCatalogue = {
        var catalogue = IndexCatalogue()
        for entry in salinityEntries + generalEntries {
            // A test holds that nothing is refused: an entry can be wrong, a user's run need not die of it.
            do throws(IndexError) { try catalogue.add(entry.index()) } catch {
                catalogue.refuse(entry.id, error.message)
            }
        }
        return catalogue
    }()

    /// One row of the tables below.
    private struct Entry: Sendable {
        let id: String
        let title: String
        let formula: String
        var parameters: [String: Double?] = [:]
        var range: ClosedRange<Double>?
        let direction: SpectralIndex.Direction
        var aliases: [String] = []
        let source: String

        func index() throws(IndexError) -> SpectralIndex {
            try SpectralIndex(
                id: id, title: title, formula: formula, parameters: parameters, aliases: aliases, range: range,
                direction: direction, source: source)
        }
    }

    // MARK: Salinity

    private static let salinityEntries: [Entry] = [
        Entry(
            id: "sqrt_BR", title: "Square root of blue and red", formula: "sqrt(blue*red)", range: 0...1,
            direction: .rises,
            aliases: [
                "SI@Khan2005", "S4@AbbasKhan2007", "SI1@Aksoy2022", "SI1@Bouaziz2018", "SI2@Gorji2019",
                "SI3@Nguyen2020", "SI10@Rani2022",
            ],
            source: "Khan et al. 2005 (bands after secondary sources); Abbas and Khan 2007"),
        Entry(
            id: "sqrt_GR", title: "Square root of green and red", formula: "sqrt(green*red)", range: 0...1,
            direction: .rises,
            aliases: [
                "SI1@Douaoui2006", "SI1@Rani2022", "SI1@Gorji2019", "SI2@Aksoy2022", "SI2@Bouaziz2018",
                "SI2@Nguyen2020",
            ], source: "Douaoui et al. 2006"),
        Entry(
            id: "sqrt_G2R2", title: "Root of the squares of green and red", formula: "sqrt(green^2+red^2)",
            range: 0...2.0.squareRoot(), direction: .rises,
            aliases: [
                "SI3@Douaoui2006", "SI3@Rani2022", "SI3@Gorji2019", "SI3@Aksoy2022", "SI1@Nguyen2020",
            ], source: "Douaoui et al. 2006"),
        Entry(
            id: "sqrt_G2R2N2", title: "Root of the squares of green, red and near infrared",
            formula: "sqrt(green^2+red^2+nir^2)", range: 0...3.0.squareRoot(), direction: .rises,
            aliases: ["SI2@Douaoui2006", "SI2@Rani2022", "SI3@Bouaziz2018", "BI@Gorji2019"],
            source: "Douaoui et al. 2006"),
        Entry(
            id: "bi_RN", title: "Brightness of red and near infrared", formula: "sqrt(red^2+nir^2)",
            range: 0...2.0.squareRoot(), direction: .rises, aliases: ["BI@Khan2005"], source: "Khan et al. 2005"),
        Entry(
            id: "ndsi_RN", title: "Normalised difference of red and near infrared",
            formula: "(red-nir)/(red+nir)", range: -1...1, direction: .rises,
            aliases: ["NDSI@Khan2005", "NDSI@Rani2022", "NDSI@Gorji2019", "NDSI@Nguyen2020"],
            source: "Khan et al. 2005; the negative of NDVI"),
        Entry(
            id: "ratio_BR", title: "Ratio of blue to red", formula: "blue/red", direction: .either,
            aliases: [
                "S1@AbbasKhan2007", "SI5@Gorji2019", "SI5@Bouaziz2018", "SI5@Nguyen2020", "SI7@Rani2022",
            ], source: "Abbas and Khan 2007"),
        Entry(
            id: "nd_BR", title: "Normalised difference of blue and red", formula: "(blue-red)/(blue+red)",
            range: -1...1, direction: .either, aliases: ["S2@AbbasKhan2007", "SI8@Rani2022"],
            source: "Abbas and Khan 2007"),
        Entry(
            id: "GR_over_B", title: "Green by red over blue", formula: "green*red/blue", direction: .rises,
            aliases: ["S3@AbbasKhan2007", "SI9@Rani2022"], source: "Abbas and Khan 2007"),
        Entry(
            id: "BR_over_G", title: "Blue by red over green", formula: "blue*red/green", direction: .rises,
            aliases: ["S5@AbbasKhan2007", "SI11@Rani2022", "SI4@Aksoy2022", "SI8@Bouaziz2018"],
            source: "Abbas and Khan 2007"),
        Entry(
            id: "RN_over_G", title: "Red by near infrared over green", formula: "red*nir/green", direction: .rises,
            aliases: [
                "S6@AbbasKhan2007", "SI12@Rani2022", "SI6@Gorji2019", "SI4@Nguyen2020", "SI9@Bouaziz2018",
            ], source: "Abbas and Khan 2007"),
        Entry(
            id: "sit", title: "Red over near infrared, per cent", formula: "100*red/nir", direction: .rises,
            aliases: ["SI-T@Tripathi1997", "SI14@Rani2022"],
            source: "Tripathi 1997 after most papers; Allbed 2014 after the R package SoilSaltIndex"),
        Entry(
            id: "ratio_NS1", title: "Ratio of near infrared to shortwave infrared 1", formula: "nir/swir16",
            direction: .falls, aliases: ["SIT@Rani2022", "ROCK@Gorji2019"],
            source: "R package SoilSaltIndex, which attributes it to Tripathi 1997 against most papers"),
        Entry(
            id: "ratio_S1S2", title: "Ratio of shortwave infrared 1 to 2", formula: "swir16/swir22",
            direction: .either, aliases: ["SI4@Rani2022", "CLAY@Gorji2019"],
            source: "INDP 2002 after the R package SoilSaltIndex"),
        Entry(
            id: "nd_S1S2", title: "Normalised difference of shortwave infrared 1 and 2",
            formula: "(swir16-swir22)/(swir16+swir22)", range: -1...1, direction: .falls,
            aliases: ["NDSI@IndexDB", "SI6@Rani2022", "NSDS@ASI"],
            source: "Index DataBase; gypsum and hydrated salts raise it"),
        Entry(
            id: "sssi1", title: "Shortwave infrared 1 less 2", formula: "swir16-swir22", range: -1...1,
            direction: .rises, aliases: ["SSSI-1@Bannari2008"], source: "Bannari et al. 2008"),
        Entry(
            id: "sssi2", title: "Soil salinity and sodicity index 2",
            formula: "(swir16*swir22-swir22^2)/swir16", direction: .rises,
            aliases: ["SSSI-2@Bannari2008", "SSSI-2@Bannari2018"], source: "Bannari et al. 2008, 2018"),
        Entry(
            id: "s4_fao", title: "Near infrared and shortwave infrared 1, not below zero",
            formula: "max(0, nir*swir16-swir16^2)/nir", range: 0...0.25, direction: .unknown,
            aliases: ["SI4@Gorji2019"], source: "R package soilassessment, imageIndices"),
        Entry(
            id: "asi_abuelgasim", title: "Salinity index for ASTER", formula: "(swir16-nir)/(swir16+swir22)",
            direction: .unknown, aliases: ["SI-ASTER@Abuelgasim2019"],
            source: "Abuelgasim and Ammad 2019 after the R package SoilSaltIndex"),
        Entry(
            id: "nsi", title: "Normalised salinity index", formula: "(swir16-swir22)/(swir16-nir)",
            direction: .rises, aliases: ["NSI@Abuelgasim2019"],
            source: "Abuelgasim and Ammad 2019; no-data where swir16 = nir"),
        Entry(
            id: "sqrt_RN", title: "Square root of red and near infrared", formula: "sqrt(red*nir)", range: 0...1,
            direction: .rises, aliases: ["SI13@Rani2022", "SI13@DehniLounis2012"], source: "Dehni and Lounis 2012"),
        Entry(
            id: "int1", title: "Intensity of green and red", formula: "(green+red)/2", range: 0...1,
            direction: .rises, aliases: ["SI5@Aksoy2022"],
            source: "Intensity index 1 of the salinity literature"),
        Entry(
            id: "vssi", title: "Vegetation soil salinity index", formula: "2*green-5*(red+nir)", range: -10...2,
            direction: .rises, aliases: ["VSSI@DehniLounis2012"],
            source: "Dehni and Lounis 2012; less negative is saltier"),
        Entry(
            id: "crsi", title: "Canopy response salinity index",
            formula: "sqrt((nir*red-green*blue)/(nir*red+green*blue))", range: 0...1, direction: .falls,
            aliases: ["CRSI@Scudiero2014", "CRSI@Scudiero2015"],
            source: "Scudiero et al. 2014, 2015; no-data where the radicand is negative"),
        Entry(
            id: "cosri", title: "Combined spectral response index",
            formula: "((blue+green)/(red+nir))*((nir-red)/(nir+red))", direction: .falls,
            aliases: ["COSRI@FernandezBuces2006"], source: "Fernandez-Buces et al. 2006"),
    ]

    // MARK: Vegetation, water and soil

    private static let generalEntries: [Entry] = [
        Entry(
            id: "ndvi", title: "Normalised difference vegetation index", formula: "(nir-red)/(nir+red)",
            range: -1...1, direction: .falls, aliases: ["NDVI@Rouse1974"], source: "Rouse et al. 1974"),
        Entry(
            id: "savi", title: "Soil-adjusted vegetation index", formula: "(1+L)*(nir-red)/(nir+red+L)",
            parameters: ["L": 0.5], range: -1...1, direction: .falls, aliases: ["SAVI@Huete1988"],
            source: "Huete 1988"),
        Entry(
            id: "msavi2", title: "Modified soil-adjusted vegetation index 2",
            formula: "4*(nir-red)/(2*nir+1+sqrt((2*nir+1)^2-8*(nir-red)))", range: -1...1, direction: .falls,
            aliases: ["MSAVI2@Qi1994"],
            source: "Qi et al. 1994, (2N+1-sqrt((2N+1)^2-8(N-R)))/2, written without its cancellation"),
        Entry(
            id: "evi", title: "Enhanced vegetation index", formula: "2.5*(nir-red)/(nir+6*red-7.5*blue+1)",
            direction: .falls, aliases: ["EVI@Huete1997"],
            source: "Huete et al. 1997; unbounded over bright blue (salt, cloud)"),
        Entry(
            id: "evi2", title: "Enhanced vegetation index without blue", formula: "2.5*(nir-red)/(nir+2.4*red+1)",
            range: -1...1.25, direction: .falls, aliases: ["EVI2@Jiang2008"], source: "Jiang et al. 2008"),
        Entry(
            id: "gdvi", title: "Generalised difference vegetation index", formula: "(nir^n-red^n)/(nir^n+red^n)",
            parameters: ["n": 2], range: -1...1, direction: .falls, aliases: ["GDVI@Wu2014"],
            source: "Wu 2014, doi 10.3390/rs6021211"),
        Entry(
            id: "endvi_ext", title: "Extended NDVI with shortwave infrared 2",
            formula: "(nir+swir22-red)/(nir+swir22+red)", range: -1...1, direction: .falls,
            aliases: ["ENDVI@Aksoy2022"], source: "Code of Aksoy et al. 2022, doi 10.1016/j.asr.2021.10.024"),
        Entry(
            id: "endvi_enh", title: "Enhanced NDVI of cameras without red",
            formula: "((nir+green)-2*blue)/((nir+green)+2*blue)", range: -1...1, direction: .unknown,
            aliases: ["ENDVI@ASI"], source: "Awesome Spectral Indices, doi 10.1371/journal.pone.0186193"),
        Entry(
            id: "ndwi", title: "Normalised difference water index, open water", formula: "(green-nir)/(green+nir)",
            range: -1...1, direction: .unknown, aliases: ["NDWI@McFeeters1996"], source: "McFeeters 1996"),
        Entry(
            id: "mndwi", title: "Modified normalised difference water index",
            formula: "(green-swir16)/(green+swir16)", range: -1...1, direction: .unknown,
            aliases: ["MNDWI@Xu2006", "NDSI@ASI"], source: "Xu 2006; the same formula as the snow index NDSI"),
        Entry(
            id: "ndmi", title: "Normalised difference moisture index", formula: "(nir-swir16)/(nir+swir16)",
            range: -1...1, direction: .unknown, aliases: ["NDWI@Gao1996", "NDII", "LSWI", "SI5@Rani2022"],
            source: "Gao 1996 under the name NDWI"),
        Entry(
            id: "bsi", title: "Bare soil index", formula: "((swir16+red)-(nir+blue))/((swir16+red)+(nir+blue))",
            range: -1...1, direction: .unknown, aliases: ["BI@Rikimaru", "BI@ASI"],
            source: "Rikimaru; with shortwave infrared 1 (some papers take 2)"),
    ]
}
