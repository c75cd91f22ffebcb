Console.WriteLine("draft");
