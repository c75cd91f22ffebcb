namespace Mobility.Parking;

/// <summary>Distances on the WGS84 ellipsoid, as PostGIS's geography measures them.</summary>
public static class Ellipsoid
{
    private const double Major = 6_378_137.0;
    private const double Flattening = 1 / 298.257223563;
    private const double Minor = Major * (1 - Flattening);
    private const double MeanRadius = 6_371_008.8;
    private const int StepsMax = 100;

    /// <summary>Metres between two points by Vincenty's inverse formula, right to a tenth of a millimetre. Nearly
    /// antipodal points, for which it does not converge, get the length of the great circle, right to 0.6 %.</summary>
    public static double Meters(double latitude1, double longitude1, double latitude2, double longitude2)
    {
        var (sinU1, cosU1) = Reduced(latitude1);
        var (sinU2, cosU2) = Reduced(latitude2);
        var difference = Math.IEEERemainder(longitude2 - longitude1, 360) * Math.PI / 180;
        var lambda = difference;
        for (var step = 0; step < StepsMax; step++)
        {
            var (sinLambda, cosLambda) = Math.SinCos(lambda);
            var across = cosU2 * sinLambda;
            var along = (cosU1 * sinU2) - (sinU1 * cosU2 * cosLambda);
            var sinSigma = Math.Sqrt((across * across) + (along * along));
            if (sinSigma == 0)
            {
                return 0;
            }
            var cosSigma = (sinU1 * sinU2) + (cosU1 * cosU2 * cosLambda);
            var sigma = Math.Atan2(sinSigma, cosSigma);
            var sinAlpha = cosU1 * cosU2 * sinLambda / sinSigma;
            var cosSqAlpha = 1 - (sinAlpha * sinAlpha);
            // On the equator there is no vertex to measure from.
            var cos2Sm = cosSqAlpha == 0 ? 0 : cosSigma - (2 * sinU1 * sinU2 / cosSqAlpha);
            var c = Flattening / 16 * cosSqAlpha * (4 + (Flattening * (4 - (3 * cosSqAlpha))));
            var turn = cos2Sm + (c * cosSigma * ((2 * cos2Sm * cos2Sm) - 1));
            var next = difference + ((1 - c) * Flattening * sinAlpha * (sigma + (c * sinSigma * turn)));
            if (Math.Abs(next - lambda) < 1e-13)
            {
                return Length(cosSqAlpha, sigma, sinSigma, cosSigma, cos2Sm);
            }
            lambda = next;
        }
        return GreatCircle(latitude1, latitude2, difference);
    }

    private static (double Sin, double Cos) Reduced(double latitude)
    {
        var (sin, cos) = Math.SinCos(latitude * Math.PI / 180);
        var (sinU, cosU) = (sin * (1 - Flattening), cos);
        var length = Math.Sqrt((sinU * sinU) + (cosU * cosU));
        return (sinU / length, cosU / length);
    }

    private static double Length(double cosSqAlpha, double sigma, double sinSigma, double cosSigma, double cos2Sm)
    {
        var u = cosSqAlpha * ((Major * Major) - (Minor * Minor)) / (Minor * Minor);
        var a = 1 + (u / 16384 * (4096 + (u * (-768 + (u * (320 - (175 * u)))))));
        var b = u / 1024 * (256 + (u * (-128 + (u * (74 - (47 * u))))));
        var square = cos2Sm * cos2Sm;
        var cubic = b / 6 * cos2Sm * ((4 * sinSigma * sinSigma) - 3) * ((4 * square) - 3);
        var correction = b * sinSigma * (cos2Sm + (b / 4 * ((cosSigma * ((2 * square) - 1)) - cubic)));
        return Minor * a * (sigma - correction);
    }

    private static double GreatCircle(double latitude1, double latitude2, double difference)
    {
        var (from, to) = (latitude1 * Math.PI / 180, latitude2 * Math.PI / 180);
        var rise = Math.Sin((to - from) / 2);
        var turn = Math.Sin(difference / 2);
        var half = (rise * rise) + (Math.Cos(from) * Math.Cos(to) * turn * turn);
        return 2 * MeanRadius * Math.Asin(Math.Min(1, Math.Sqrt(half)));
    }
}
