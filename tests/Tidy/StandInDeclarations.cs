using System.Reflection;
using System.Runtime.CompilerServices;

namespace Mobility.Tests.Tidy;

/// <summary>Writes what a type shows to other assemblies as C# declarations, without nullable annotations.</summary>
internal static class StandInDeclarations
{
    private const BindingFlags Declared =
        BindingFlags.Public
        | BindingFlags.NonPublic
        | BindingFlags.Instance
        | BindingFlags.Static
        | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<System.Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(int)] = "int",
        [typeof(string)] = "string",
        [typeof(object)] = "object",
    };

    /// <summary>Lines "namespace: type" and "namespace.type: member".</summary>
    public static IEnumerable<string> Of(System.Type type) =>
        Members(type).Select(member => $"{type.FullName}: {member}").Prepend($"{type.Namespace}: {Head(type)}");

    private static IEnumerable<string> Members(System.Type type) =>
        type.GetConstructors(Declared)
            .Where(IsVisible)
            .Select(method => $"{Name(type)}({Parameters(method)})")
            .Concat(
                type.GetMethods(Declared)
                    .Where(method => IsVisible(method) && !method.IsSpecialName && method.GetBaseDefinition() == method)
                    .Select(Method)
            )
            .Concat(
                type.GetProperties(Declared)
                    .Where(property => property.GetAccessors(true).Any(IsVisible))
                    .Select(Property)
            )
            .Concat(type.GetFields(Declared).Where(IsVisible).Select(field => $"{Name(field.FieldType)} {field.Name}"))
            .Concat(type.GetEvents(Declared).Select(item => $"event {Name(item.EventHandlerType!)} {item.Name}"))
            .Concat(type.GetNestedTypes(Declared).Where(nested => nested.IsVisible).Select(Head));

    private static string Head(System.Type type)
    {
        var kind = type switch
        {
            { IsInterface: true } => "interface",
            { IsEnum: true } => "enum",
            { IsValueType: true } => "struct",
            { IsAbstract: true, IsSealed: true } => "static class",
            { IsAbstract: true } => "abstract class",
            { IsSealed: true } => "sealed class",
            _ => "class",
        };
        var own = type.GetInterfaces().Except(type.BaseType?.GetInterfaces() ?? []);
        var parents = type.BaseType is { } parent && parent != typeof(object) ? own.Prepend(parent) : own;
        var names = string.Join(", ", parents.Select(Name));
        return names.Length == 0 ? $"{kind} {Name(type)}" : $"{kind} {Name(type)} : {names}";
    }

    private static string Method(MethodInfo method)
    {
        var generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : "";
        var modifier = method.IsStatic ? "static " : "";
        return $"{modifier}{Name(method.ReturnType)} {method.Name}{generic}({Parameters(method)})";
    }

    private static string Property(PropertyInfo property)
    {
        var accessors = new[] { (property.GetMethod, "get;"), (property.SetMethod, "set;") };
        var visible = accessors.Where(accessor => accessor.Item1 is { } method && IsVisible(method));
        var list = string.Join(' ', visible.Select(one => one.Item2));
        return $"{Name(property.PropertyType)} {property.Name} {{ {list} }}";
    }

    private static string Parameters(MethodBase method)
    {
        var receiver = method.IsDefined(typeof(ExtensionAttribute), false) ? "this " : "";
        return receiver + string.Join(", ", method.GetParameters().Select(Parameter));
    }

    private static string Parameter(ParameterInfo parameter)
    {
        var text = $"{Name(parameter.ParameterType)} {parameter.Name}";
        return parameter.HasDefaultValue ? $"{text} = {Default(parameter)}" : text;
    }

    private static string Default(ParameterInfo parameter) =>
        parameter.DefaultValue switch
        {
            null => "default",
            string value => $"\"{value}\"",
            int value when parameter.ParameterType.IsEnum => Enum.GetName(parameter.ParameterType, value)!,
            var value => value.ToString()!,
        };

    private static string Name(System.Type type)
    {
        if (Keywords.TryGetValue(type, out var keyword))
        {
            return keyword;
        }
        if (type.IsArray)
        {
            return $"{Name(type.GetElementType()!)}[]";
        }
        return type.IsGenericType
            ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
            : type.Name;
    }

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsVisible(FieldInfo field) => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly;
}
